namespace Gateway.Cluster;

/// <summary>This process, as the cluster sees it. A node id is new for each process start.</summary>
internal sealed class Node(ClusterOptions? options = null)
{
    public string Id { get; } = Guid.CreateVersion7().ToString("N");

    public string Version { get; } = typeof(Node).Assembly.GetName().Version!.ToString(3);

    /// <summary><c>Cluster:Address</c>, else the host name; without the character that separates fields in Redis.</summary>
    public string Address { get; } = (options?.Address ?? Environment.MachineName).Replace('|', '_');
}
