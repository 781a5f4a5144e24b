using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>One node, for the list of nodes.</summary>
/// <param name="Lease">It holds a lease; for this node, a usable one.</param>
/// <param name="Lag">Facts of the log that it has not applied yet, as far as is known here.</param>
internal sealed record NodeStatus(string Id, string Version, string Address, bool Lease, DateTimeOffset? LeaseEnds, LogPosition Position,
    long Lag, bool Ready, bool Repairing);
