using System.Diagnostics.Metrics;

namespace Gateway.Cluster;

internal sealed class ClusterMetrics
{
    public const string MeterName = "Gateway.Cluster";

    private readonly Counter<long> _stale, _trimmed;
    private long _behind;

    public ClusterMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _stale = meter.CreateCounter<long>("gateway.lease.lost", "{time}", "How often this node went stale.");
        _trimmed = meter.CreateCounter<long>("gateway.log.trimmed", "{fact}", "Expired facts that this node has removed from the log.");
        meter.CreateObservableGauge("gateway.log.trimming.behind", () => TrimmingIsBehind.TotalSeconds, "s",
            "How long ago the next fact expired that this node could not remove yet; 0 when it keeps up.");
    }

    public void WentStale() => _stale.Add(1);

    public void Trimmed(long facts) => _trimmed.Add(facts);

    /// <summary>How long expired facts have waited to be removed.</summary>
    public TimeSpan TrimmingIsBehind
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _behind));
        set => Interlocked.Exchange(ref _behind, value.Ticks);
    }
}
