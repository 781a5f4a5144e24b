using Gateway.Cluster;
using Gateway.Store;

namespace Gateway.Enforcement.Endings;

/// <summary>How long a logout waits for the rest of a frame to a client. A node acknowledges only after that, and has no lease unless it
/// keeps up with the log: a client must not be able to fence it. Two such waits, of the page that is being applied and of the next one
/// which has the head, fit into a lease.</summary>
internal static class FrameLimit
{
    /// <summary>What else is waited for: that the proxy hands on what it had taken, and that a client takes what it was given.</summary>
    public static readonly TimeSpan Before = FrameBoundary.HandOn + FrameBoundary.TakeOver;

    private const double ShareOfLease = 0.5;

    /// <summary>Gives the longest that leaves a node its lease.</summary>
    public static TimeSpan Longest(TimeSpan lease) => lease * ShareOfLease - Before;

    /// <summary>Gives <c>CloseTimeout</c>, or less where a lease leaves less. Who is alone with the log loses no lease.</summary>
    public static TimeSpan Of(EnforcementOptions options, ClusterOptions? cluster, StoreOptions? store)
        => store?.Kind == StoreKind.Redis && cluster is not null && Longest(cluster.Lease) is var longest && longest < options.CloseTimeout
            ? longest : options.CloseTimeout;
}
