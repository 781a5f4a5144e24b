using Gateway.Cluster;

namespace Gateway.Tests.Cluster.Model;

/// <summary>A logout that waits for every node.</summary>
internal sealed class ModelLogout(int fact, Action enforcedEverywhere, long deadline)
{
    public int Fact => fact;
    public Action EnforcedEverywhere => enforcedEverywhere;
    public long Deadline => deadline;
    public int Attempt;
    public Settlement? Settlement;
}
