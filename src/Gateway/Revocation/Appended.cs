namespace Gateway.Revocation;

/// <summary>What an append answers.</summary>
/// <param name="Fact">As the log holds it: its clock's time, its expiry; for a repeat, the first one's.</param>
/// <param name="First">False for a repeat of an id that the log already held.</param>
/// <param name="Nodes">Ids of the nodes that hold a lease now, by the log's clock; never empty.</param>
internal sealed record Appended(Fact Fact, LogPosition Position, bool First, IReadOnlyList<string> Nodes)
{
    /// <summary>How many replicas had it by then; null where none were asked for (<c>Store:Replicas</c>).</summary>
    public int? Replicas { get; init; }

    /// <summary>False when too few did to know that no other server is the master (rule R16).</summary>
    public bool IsProven { get; init; } = true;

    /// <summary>When the answer was there, on this node's monotonic clock: by then the log had it.</summary>
    public long Answered { get; init; }
}
