using Gateway.Enforcement.Endings;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>An entry of the live connections: whose it is, and how it is sealed and ended.</summary>
internal class LiveConnection(IReadOnlyList<SessionIdentity> identities)
{
    // The list of its stripe, under the stripe's lock.
    internal LiveConnection? Previous;
    internal LiveConnection? Next;
    internal int Stripe = -1;

    /// <summary>What every chunk passes.</summary>
    protected ByteGate Gate;

    public IReadOnlyList<SessionIdentity> Identities { get; protected set; } = identities;

    /// <summary>How it ends, which is what kind it is.</summary>
    public virtual Ending Ending => NotBegunEnding.Instance;

    /// <summary>Whether its route rejects when this node is stale; such a connection is held and ended with the lease.</summary>
    public virtual bool NeedsLease => false;

    /// <summary>Whether its route serves when this node is stale.</summary>
    public virtual bool MayServeStale => false;

    /// <summary>When it ends although nobody revokes it, in ticks of UTC; <see cref="long.MaxValue"/> never.</summary>
    public virtual long EndsAt => long.MaxValue;

    public bool IsSealed => Gate.IsSealed;

    public EndCause Cause => Gate.Cause;

    /// <summary>Stops both directions at once. False when it was sealed before. Called under the stripe's lock, so that only
    /// a connection that is still open can be sealed.</summary>
    public bool Seal(EndCause cause) => Gate.Seal(cause);

    /// <summary>Completes when nothing passes any more. Called once, after the seal.</summary>
    public virtual Task StopAsync() => Task.CompletedTask;

    /// <summary>Begins to end it in the way its protocol knows; returns at once. Called once, after <see cref="StopAsync"/>.</summary>
    /// <returns>Done when this node's share of the work is: the peers may still take their time.</returns>
    public virtual Task EndAsync(Sweep sweep)
    {
        sweep.Ended();
        return Task.CompletedTask;
    }
}
