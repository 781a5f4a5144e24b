using Gateway.Revocation;

namespace Gateway.Tests.Cluster.Model;

/// <summary>What a node's machine keeps when its process dies: the local replica.</summary>
internal sealed class ModelDisk
{
    public ulong Facts;
    public LogPosition Applied = new("", 0);
    public string Repaired = "";
}
