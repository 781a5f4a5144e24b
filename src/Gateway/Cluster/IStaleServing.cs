namespace Gateway.Cluster;

/// <summary>Rule R7: what a node says of itself in its lease, so that its running out never counts as enforced.</summary>
internal interface IStaleServing
{
    /// <summary>Whether something of this node lets traffic through when it is stale. Asked by one thread, at each renewal.</summary>
    bool Any { get; }
}
