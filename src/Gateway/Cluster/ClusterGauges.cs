using System.Diagnostics.Metrics;
using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>What this node enforces and how far it is, as it stands at the moment of a reading.</summary>
internal sealed class ClusterGauges(IMeterFactory meters, Lease lease, LogFollower follower, RevocationIndex index, ClusterStatus status)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Meter meter = meters.Create(ClusterMetrics.MeterName);
        meter.CreateObservableGauge(
            "gateway.lease.usable", () => lease.IsUsable ? 1 : 0, null, "1 while this node holds a usable lease, 0 while it is stale.");
        meter.CreateObservableGauge(
            "gateway.log.position", () => follower.Applied.Number, "{fact}",
            "Number of the last fact of the log that this node has applied.");
        meter.CreateObservableGauge(
            "gateway.log.lag", () => status.Nodes()[0].Lag, "{fact}",
            "Facts of the log that this node has not applied yet, as far as it knows.");
        meter.CreateObservableGauge(
            "gateway.index.revocations", () => (long)index.Count, "{revocation}", "Revocations that act on this node.");
        meter.CreateObservableGauge(
            "gateway.nodes", () => (long)status.Nodes().Count(node => node.Lease), "{node}",
            "Nodes of the cluster that hold a lease, as this node last heard.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
