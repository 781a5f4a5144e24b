namespace Gateway.Revocation;

/// <summary>What <see cref="IRevocationLog.ReadFromAsync"/> answers.</summary>
/// <param name="Entries">In the order of the log; empty at the end.</param>
/// <param name="Next">Where to read on from; it may lie past the last entry, where entries were trimmed.</param>
/// <param name="End">True when nothing followed at the moment of reading.</param>
internal sealed record LogPage(IReadOnlyList<LogEntry> Entries, LogPosition Next, bool End);
