using Gateway.Revocation;

namespace Gateway.Cluster.Redis;

/// <summary>What became of one fact of an append.</summary>
/// <param name="First">False for a repeat.</param>
/// <param name="Fact">As the log holds it.</param>
internal sealed record AppendedEntry(long Number, bool First, Fact Fact);
