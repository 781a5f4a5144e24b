using Gateway.Cluster;

namespace Gateway.Management;

/// <summary>How many nodes enforce a fact, and how long the answer took.</summary>
internal sealed record EnforcedAnswer(int Nodes, int Of, double Milliseconds)
{
    /// <summary>How many replicas of Redis had it when it was appended; absent unless <c>Store:Replicas</c> asks for some.</summary>
    public int? Replicas { get; init; }

    public static EnforcedAnswer From(Enforced enforced)
        => new(enforced.Nodes, enforced.Of, Math.Round(enforced.Elapsed.TotalMilliseconds, 3)) { Replicas = enforced.Replicas };
}
