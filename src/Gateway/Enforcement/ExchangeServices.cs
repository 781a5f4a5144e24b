using Gateway.Cluster;
using Gateway.Enforcement.Endings;
using Gateway.Enforcement.Messages;
using Gateway.Store;
using Microsoft.Extensions.ObjectPool;

namespace Gateway.Enforcement;

/// <summary>What every exchange has in common: the gate that it asks before it lets anything pass, and what it needs to end.</summary>
internal sealed class ExchangeServices(SessionGate gate, TimeProvider time, EnforcementOptions options, EnforcementMetrics metrics,
    MessageSignIns? signIns = null, ClusterOptions? cluster = null, StoreOptions? store = null)
{
    private const int MostIdle = 1024;

    private TaskCompletionSource _changed = New();
    private int _waiting;

    public SessionGate Gate { get; } = gate;
    public TimeProvider Time { get; } = time;
    public EnforcementOptions Options { get; } = options;
    public EnforcementMetrics Metrics { get; } = metrics;

    /// <summary>Who signs in by messages.</summary>
    public MessageSignIns? SignIns { get; } = signIns;

    /// <summary>How long the rest of a frame to a client may take, which a logout waits for.</summary>
    public TimeSpan FrameLimit { get; } = Endings.FrameLimit.Of(options, cluster, store);
    public CloseFrames Closes { get; } = new(options);

    /// <summary>Exchanges that ordinary requests have left behind, so that the next ones allocate none.</summary>
    public ObjectPool<ProxiedExchange> Idle { get; } = new DefaultObjectPool<ProxiedExchange>(
        new DefaultPooledObjectPolicy<ProxiedExchange>(), MostIdle);

    /// <summary>Waits, while the lease is away, until something may have changed: it is back, or the connection was sealed.
    /// The caller looks again.</summary>
    public async Task ChangeAsync(LiveConnection connection, CancellationToken cancellation)
    {
        // Count first and look afterwards; whoever changes something does it the other way round.
        Interlocked.Increment(ref _waiting);
        try
        {
            Task changed = Volatile.Read(ref _changed).Task;
            if (Gate.IsOpen || connection.IsSealed) return;
            await changed.WaitAsync(cancellation);
        }
        finally { Interlocked.Decrement(ref _waiting); }
    }

    /// <summary>Wakes whatever is held, to look again.</summary>
    public void Pulse()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _waiting) != 0) Interlocked.Exchange(ref _changed, New()).TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
