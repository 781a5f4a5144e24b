using System.Diagnostics.Metrics;
using Gateway.Enforcement.Endings;

namespace Gateway.Enforcement;

internal sealed class EnforcementMetrics
{
    public const string MeterName = "Gateway.Enforcement";

    private readonly Counter<long> _forwarded;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _lastEnd;

    public EnforcementMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _forwarded = meter.CreateCounter<long>("gateway.requests.forwarded", "{request}",
            "Requests that passed every check and went on to a backend.");
        _ended = meter.CreateCounter<long>("gateway.connections.ended", "{connection}",
            "Live connections that were ended, by kind and by what ended them.");
        _lastEnd = meter.CreateHistogram<double>(
            "gateway.connections.end.duration", "s",
            "From the application of a revocation on this node to the end of the last connection that it ended.");
    }

    public void RequestForwarded() => _forwarded.Add(1);

    public void ConnectionEnded(string kind, EndCause cause) => _ended.Add(1, new("kind", kind), new("cause", cause.Word));

    public void SweepEnded(TimeSpan sinceApplied) => _lastEnd.Record(sinceApplied.TotalSeconds);
}
