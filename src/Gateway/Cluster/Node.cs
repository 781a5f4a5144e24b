namespace Gateway.Cluster;

/// <summary>This process, as the cluster sees it. A node id is new for each process start.</summary>
internal sealed class Node
{
    public string Id { get; } = Guid.CreateVersion7().ToString("N");
}
