using System.Diagnostics.Metrics;

namespace Gateway.Cluster;

internal sealed class ClusterMetrics(IMeterFactory meters)
{
    public const string MeterName = "Gateway.Cluster";

    private readonly Counter<long> _stale = meters.Create(MeterName)
        .CreateCounter<long>("gateway.lease.lost", "{time}", "How often this node went stale.");

    public void WentStale() => _stale.Add(1);
}
