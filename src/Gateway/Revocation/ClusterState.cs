namespace Gateway.Revocation;

/// <summary>What every script on the log answers, beside its own result (rules R1, R2 and R4).</summary>
/// <param name="Epoch">The epoch at that moment; the script began a new one if Redis had lost or changed its life.</param>
/// <param name="Head">Number of the last fact.</param>
/// <param name="Mature">Some node has seen this epoch for 1.1 leases of its monotonic clock (rule R3).</param>
/// <param name="Trimmed">No fact above this number was ever trimmed (rule R10).</param>
/// <param name="Now">The log's time, which can jump; the end of time where it has no clock but ours.</param>
/// <param name="Version">Grows within the epoch with each change of <paramref name="Nodes"/>: answers of several connections overtake one
/// another.</param>
/// <param name="Nodes">Every node that the cluster knows, also those whose lease is over.</param>
internal sealed record ClusterState(string Epoch, long Head, bool Mature, long Trimmed, DateTimeOffset Now, long Version,
    IReadOnlyList<NodeLease> Nodes)
{
    /// <summary>The longest lease of the epochs before, as far as the log knows (rule R3).</summary>
    public TimeSpan LongestBefore { get; init; }

    /// <summary>How many replicas the log's server has, also those that are away now (rule R16).</summary>
    public int Replicas { get; init; }

    /// <summary>The log's server is one of many that elect a new master by themselves.</summary>
    public bool IsSharded { get; init; }
}
