using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Logout;

/// <summary>What came of it: the fact as the log holds it, and who enforces it.</summary>
internal sealed record RevocationOutcome(Fact Fact, LogPosition Position, bool First, Enforced Enforced);
