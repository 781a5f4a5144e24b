using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>A fact as the file holds it.</summary>
/// <param name="Sequence">Number in this file; lists page by it, newest first.</param>
/// <param name="Position">Place in the log: this file's own, or the one of which this is a copy.</param>
/// <param name="Undone">The reinstatement that undoes it, where there is one.</param>
internal sealed record StoredFact(long Sequence, LogPosition Position, Fact Fact, Fact.Reinstatement? Undone);
