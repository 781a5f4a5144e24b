using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>Every proxied exchange that is open on this node. An exchange enters before it is checked, so that a
/// revocation that is applied at the same time is seen by one of the two (rule R6).</summary>
internal sealed class LiveConnections(RevocationIndex index)
{
    private readonly Lock _lock = new();
    private readonly HashSet<LiveConnection> _open = [];

    public int Count { get { lock (_lock) return _open.Count; } }

    public void Enter(LiveConnection connection) { lock (_lock) _open.Add(connection); }

    public void Leave(LiveConnection connection) { lock (_lock) _open.Remove(connection); }

    /// <summary>Seals each open connection whose identity the index refuses; returns how many.</summary>
    public int SealRevoked()
    {
        LiveConnection[] open;
        lock (_lock) open = [.. _open];
        int sealedNow = 0;
        foreach (LiveConnection connection in open)
            foreach (SessionIdentity identity in connection.Identities)
                if (index.RevokedBy(identity) is var cause and not TargetKind.None && connection.Seal(cause)) sealedNow++;
        return sealedNow;
    }

    /// <summary>How many open connections a predicate matches; for previews.</summary>
    public int CountWhere(Func<SessionIdentity, bool> predicate)
    {
        lock (_lock) return _open.Count(connection => connection.Identities.Any(predicate));
    }
}

/// <summary>A proxied exchange that is still open.</summary>
internal sealed class LiveConnection(IReadOnlyList<SessionIdentity> identities)
{
    private int _cause;

    public IReadOnlyList<SessionIdentity> Identities { get; } = identities;

    public bool IsSealed => Volatile.Read(ref _cause) != 0;

    /// <summary>Stops both directions at once. False when it was sealed before.</summary>
    public bool Seal(TargetKind cause) => Interlocked.CompareExchange(ref _cause, (int)cause, 0) == 0;
}
