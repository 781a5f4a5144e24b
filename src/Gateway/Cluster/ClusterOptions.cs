namespace Gateway.Cluster;

internal sealed record ClusterOptions
{
    /// <summary>How long a node may let traffic through without hearing from Redis; default 5 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a logout waits for every node before it says how many have it; default 2 s.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Address to show in the list of nodes; default the host name.</summary>
    public string? Address { get; init; }
}
