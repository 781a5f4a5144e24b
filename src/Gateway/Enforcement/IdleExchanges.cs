using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Enforcement;

/// <summary>Exchanges that ordinary requests have left behind, so that the next ones allocate none.</summary>
internal sealed class IdleExchanges
{
    private const int Capacity = 1024;

    private readonly ConcurrentQueue<ProxiedExchange> _rest = new();
    private ProxiedExchange? _first;
    private int _count;

    public bool TryPop([NotNullWhen(true)] out ProxiedExchange? exchange)
    {
        exchange = Interlocked.Exchange(ref _first, null);
        if (exchange is not null) return true;
        if (!_rest.TryDequeue(out exchange)) return false;
        Interlocked.Decrement(ref _count);
        return true;
    }

    public void TryPush(ProxiedExchange exchange)
    {
        if (Volatile.Read(ref _first) is null && Interlocked.CompareExchange(ref _first, exchange, null) is null) return;
        if (Interlocked.Increment(ref _count) <= Capacity) _rest.Enqueue(exchange);
        else Interlocked.Decrement(ref _count);
    }
}
