using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>The leases that were granted and wait for their head to be applied (rule R1). Its owner takes the lock.</summary>
internal sealed class LeaseBook(ClusterView view, TimeSpan lease, long frequency)
{
    private const int Remembered = 32;
    private readonly List<(LogPosition Head, long Until)> _granted = [];

    /// <summary>Notes a grant, if this node may use it at all (rule R3).</summary>
    /// <param name="asked">This node's clock before it asked: the lease counts from then (rule R4).</param>
    public bool Offer(ClusterState state, long asked, long answered)
    {
        if (!MayUse(state, asked, answered)) return false;
        view.Trust();
        if (_granted.Count == Remembered) _granted.RemoveAt(0);
        _granted.Add((new LogPosition(state.Epoch, state.Head), asked + LeaseTerms.Ticks(lease, LeaseTerms.Used, frequency)));
        return true;
    }

    /// <summary>
    /// Decides (rule R3): in a young epoch, and while any node repairs, only those who held a usable lease of the epoch before.
    /// </summary>
    private bool MayUse(ClusterState state, long asked, long answered)
        => state.Epoch == view.Epoch && (view.IsTrusted || (view.IsSettled(asked) && !view.IsRepairing(state, answered)));

    /// <summary>Tells until when (rule R1): a lease is usable only once the head that came with it is applied; the one before it stays
    /// usable to its own end.</summary>
    /// <returns>Until when this node may use a lease that has become usable now; null when none has.</returns>
    public long? Usable(LogPosition applied)
    {
        long? until = null;
        foreach ((LogPosition head, long end) in _granted)
            if (head.Epoch == applied.Epoch && head.Number <= applied.Number && !(until > end)) until = end;
        _granted.RemoveAll(grant => grant.Head.Epoch != view.Epoch
            || (grant.Head.Epoch == applied.Epoch && grant.Head.Number <= applied.Number));
        return until;
    }
}
