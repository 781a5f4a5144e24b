using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Enforcement;

/// <summary>Exchanges that ordinary requests have left behind, so that the next ones allocate none.</summary>
internal sealed class IdleExchanges
{
    private const int Capacity = 1024;

    private readonly ConcurrentQueue<Exchange> _rest = new();
    private Exchange? _first;
    private int _count;

    public bool TryPop([NotNullWhen(true)] out Exchange? exchange)
    {
        exchange = Interlocked.Exchange(ref _first, null);
        if (exchange is not null) return true;
        if (!_rest.TryDequeue(out exchange)) return false;
        Interlocked.Decrement(ref _count);
        return true;
    }

    public void TryPush(Exchange exchange)
    {
        if (Volatile.Read(ref _first) is null && Interlocked.CompareExchange(ref _first, exchange, null) is null) return;
        if (Interlocked.Increment(ref _count) <= Capacity) _rest.Enqueue(exchange);
        else Interlocked.Decrement(ref _count);
    }
}
