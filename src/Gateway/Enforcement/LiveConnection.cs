using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>
/// A proxied exchange that is still open: its identities, its seal, and the two gates through which every chunk passes.
/// A chunk raises the flag of its direction, then looks at the seal, and lowers the flag when it has been handed on;
/// whoever seals does it the other way round. So after the seal and a lowered flag nothing passes any more.
/// </summary>
internal class LiveConnection(IReadOnlyList<SessionIdentity> identities)
{
    // The list of its stripe, under the stripe's lock.
    internal LiveConnection? Previous;
    internal LiveConnection? Next;
    internal int Stripe = -1;

    private int _cause;
    private int _toClient;
    private int _toBackend;

    public IReadOnlyList<SessionIdentity> Identities { get; protected set; } = identities;

    public virtual ConnectionKind Kind => ConnectionKind.Waiting;

    /// <summary>Whether its route rejects when this node is stale; such a connection is held and ended with the lease.</summary>
    public virtual bool NeedsLease => false;

    /// <summary>Whether its route serves when this node is stale.</summary>
    public virtual bool MayServeStale => false;

    /// <summary>When it ends although nobody revokes it, in ticks of UTC; <see cref="long.MaxValue"/> never.</summary>
    public virtual long EndsAt => long.MaxValue;

    public bool IsSealed => Volatile.Read(ref _cause) != 0;

    public EndCause Cause => (EndCause)Volatile.Read(ref _cause);

    /// <summary>Stops both directions at once. False when it was sealed before. Called under the stripe's lock, so that only
    /// a connection that is still open can be sealed.</summary>
    public bool Seal(EndCause cause) => Interlocked.CompareExchange(ref _cause, (int)cause, 0) == 0;

    /// <summary>Completes when nothing passes any more. Called once, after the seal.</summary>
    public virtual Task Stop() => Task.CompletedTask;

    /// <summary>Begins to end it in the way its protocol knows; returns at once. Called once, after <see cref="Stop"/>.</summary>
    /// <returns>Done when this node's share of the work is: the peers may still take their time.</returns>
    public virtual Task End(Sweep sweep)
    {
        sweep.Ended();
        return Task.CompletedTask;
    }

    /// <summary>Before a chunk is handed to the client. False: sealed, and the flag is down again.</summary>
    protected bool RaiseToClient() => Raise(ref _toClient);

    protected void LowerToClient() => Volatile.Write(ref _toClient, 0);

    protected bool IsPassingToClient => Volatile.Read(ref _toClient) != 0;

    /// <summary>Before a chunk is handed to the backend. The flag stays up until the proxy comes for the next.</summary>
    protected bool RaiseToBackend() => Raise(ref _toBackend);

    protected void LowerToBackend() => Volatile.Write(ref _toBackend, 0);

    protected bool IsPassingToBackend => Volatile.Read(ref _toBackend) != 0;

    /// <summary>The rest of a frame, after the seal: the flag tells whoever cuts it off to wait.</summary>
    protected void RaiseAfterSeal() => Interlocked.Exchange(ref _toClient, 1);

    private bool Raise(ref int flag)
    {
        Interlocked.Exchange(ref flag, 1);   // a full fence between the flag and the look at the seal
        if (Volatile.Read(ref _cause) == 0) return true;
        Volatile.Write(ref flag, 0);
        return false;
    }
}
