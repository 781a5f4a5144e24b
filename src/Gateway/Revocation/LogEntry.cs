namespace Gateway.Revocation;

/// <summary>One fact at its place.</summary>
internal sealed record LogEntry(LogPosition Position, Fact Fact);
