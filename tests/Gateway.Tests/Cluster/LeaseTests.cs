using Gateway.Cluster;

namespace Gateway.Tests.Cluster;

public sealed class LeaseTests
{
    [Fact]
    public void R7_a_node_serves_when_stale_only_if_the_cluster_was_told_so_last()
    {
        Lease lease = new(TimeProvider.System);
        Assert.False(lease.MayServeStale);
        // A start while Redis is away: nobody knows of this node, and nobody counts it as fenced.
        lease.Loaded();
        Assert.True(lease.MayServeStale);
        lease.Told(1, serves: false);
        Assert.False(lease.MayServeStale);
        lease.Told(3, serves: true);
        lease.Told(2, serves: false);
        Assert.True(lease.MayServeStale);
        lease.Told(4, serves: false);
        Assert.False(lease.MayServeStale);
    }
}
