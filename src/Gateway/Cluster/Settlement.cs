using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>One fact on its way to being enforced everywhere: whom it waits for, and how many are done (rules R4, R7, R8).</summary>
internal sealed class Settlement
{
    private readonly long _answered;
    private readonly List<(string Id, bool Serves)> _of;

    private readonly bool _proven;

    /// <param name="answered">This node's clock when the append had been answered: the fact was in the log by then.</param>
    /// <param name="proven">Whether enough replicas had it (rule R16).</param>
    public Settlement(ClusterView view, LogPosition position, long answered, bool proven = true)
    {
        Position = position;
        _proven = proven;
        _answered = answered;
        _of = [.. view.Holders(answered).Select(id => (id, view.Serves(id)))];
    }

    public LogPosition Position { get; }

    /// <summary>
    /// Tells whether it is void (rule R2): a position means something only within its epoch; in another one the fact is to be appended
    /// again.
    /// </summary>
    public bool IsVoid(ClusterView view) => view.Epoch != Position.Epoch;

    /// <summary>Tells how many of how many enforce it now.</summary>
    public Enforced Judge(ClusterView view, long now)
    {
        int nodes = 0, of = _of.Count;
        foreach ((string id, bool serves) in _of)
            if (view.HasApplied(id, Position) || (!serves && IsFenced(view, id))) nodes++;
        // Rules R3 and R16: a young epoch may not know yet who holds a lease of the one before, and one master nothing of who holds a
        // lease of the other; one stands for them.
        if (nodes == of && (IsVoid(view) || !view.IsSettled(now) || IsDoubtful(view))) of++;
        return new Enforced(nodes, of, TimeSpan.Zero);
    }

    private bool IsDoubtful(ClusterView view) => !_proven || view.MayHaveTwoMasters;

    /// <summary>Tells whether all that can be known of it is known: nobody is to be waited for, and it is still not enforced everywhere
    /// for sure.</summary>
    public bool IsHopeless(ClusterView view, Enforced enforced) => IsDoubtful(view) && enforced.Nodes == _of.Count;

    /// <summary>Tells whether it is fenced (rule R4): given back; or over by Redis' clock and by ours. The answer in which Redis says so
    /// was asked for 1.1 leases after the append and is of the same epoch, so no lease from before the append is usable, and any from
    /// after it came with a head that holds the fact.</summary>
    private bool IsFenced(ClusterView view, string node)
        => !IsVoid(view) && node != view.Self
            && (!view.IsListed(node) || (view.LastAsked - _answered >= view.OverTicks && view.IsOver(node)));
}
