namespace Gateway.Cluster;

/// <summary>How many nodes enforce a fact (rule R8): <paramref name="Of"/> held a lease at the append,
/// <paramref name="Nodes"/> have acknowledged it or are provably fenced.</summary>
internal readonly record struct Enforced(int Nodes, int Of, TimeSpan Elapsed)
{
    public bool Everywhere => Nodes == Of;

    /// <summary>How many replicas of the log had it when it was appended; null where none were asked for (<c>Store:Replicas</c>).</summary>
    public int? Replicas { get; init; }
}
