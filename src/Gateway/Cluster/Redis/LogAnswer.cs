using Gateway.Revocation;

namespace Gateway.Cluster.Redis;

/// <summary>What a script on the log answers.</summary>
internal sealed record LogAnswer<T>(ClusterState State, T Result);
