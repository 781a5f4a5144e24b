namespace Gateway.Tests.Cluster.Model;

/// <summary>What came of a run.</summary>
internal sealed record ModelResult(string? Broken, int Everywhere, int Forwarded, int Faults, long Steps);
