using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>What every exchange asks before it lets anything pass: the lease and the index; and what it needs to end.</summary>
internal sealed class Passage(Lease lease, RevocationIndex index, TimeProvider time, EnforcementOptions options, EnforcementMetrics metrics)
{
    private TaskCompletionSource _changed = New();
    private int _waiting;

    public bool IsOpen => lease.IsUsable;
    public TimeProvider Time { get; } = time;
    public EnforcementOptions Options { get; } = options;
    public EnforcementMetrics Metrics { get; } = metrics;
    public CloseFrames Closes { get; } = new(options);
    public IdleExchanges Idle { get; } = new();

    /// <summary>The first of these identities that the index refuses, or null.</summary>
    public SessionIdentity? Revoked(IReadOnlyList<SessionIdentity> identities)
    {
        for (int i = 0; i < identities.Count; i++)
            if (index.IsRevoked(identities[i])) return identities[i];
        return null;
    }

    /// <summary>Waits, while the lease is away, until something may have changed: it is back, or the connection was sealed.
    /// The caller looks again.</summary>
    public async Task Change(LiveConnection connection, CancellationToken cancellation)
    {
        // Count first and look afterwards; whoever changes something does it the other way round.
        Interlocked.Increment(ref _waiting);
        try
        {
            Task changed = Volatile.Read(ref _changed).Task;
            if (lease.IsUsable || connection.IsSealed) return;
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
