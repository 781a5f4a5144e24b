using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>A place in the revocation log. Numbers grow by one with each fact and mean something only within one
/// epoch: one unbroken life of the log (rule R2).</summary>
/// <param name="Epoch">Id of the epoch; for the embedded log the id made when the file was created.</param>
/// <param name="Number">Number of the fact; 0 is the place before the first.</param>
internal readonly record struct LogPosition(string Epoch, long Number)
{
    /// <summary>Before the first fact of whatever epoch is now.</summary>
    public static readonly LogPosition Start = new("", 0);

    public override string ToString() => $"{Epoch}/{Number}";
}

/// <summary>One fact at its place.</summary>
internal sealed record LogEntry(LogPosition Position, Fact Fact);

/// <summary>What <see cref="IRevocationLog.ReadFrom"/> answers.</summary>
/// <param name="Entries">In the order of the log; empty at the end.</param>
/// <param name="Next">Where to read on from; it may lie past the last entry, where entries were trimmed.</param>
/// <param name="End">True when nothing followed at the moment of reading.</param>
internal sealed record LogPage(IReadOnlyList<LogEntry> Entries, LogPosition Next, bool End);

/// <summary>What an append answers.</summary>
/// <param name="Fact">As the log holds it: its clock's time, its expiry; for a repeat, the first one's.</param>
/// <param name="First">False for a repeat of an id that the log already held.</param>
/// <param name="Nodes">Ids of the nodes that hold a lease now, by the log's clock; never empty.</param>
internal sealed record Appended(Fact Fact, LogPosition Position, bool First, IReadOnlyList<string> Nodes)
{
    /// <summary>How many replicas had it by then; null where none were asked for (<c>Store:Replicas</c>).</summary>
    public int? Replicas { get; init; }

    /// <summary>When the answer was there, on this node's monotonic clock: by then the log had it.</summary>
    public long Answered { get; init; }
}
