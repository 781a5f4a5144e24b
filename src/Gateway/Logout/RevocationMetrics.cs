using System.Diagnostics.Metrics;
using Gateway.Revocation;

namespace Gateway.Logout;

internal sealed class RevocationMetrics
{
    private readonly Counter<long> _appended;
    private readonly Histogram<double> _answered;
    private readonly Counter<long> _notAdmitted;

    public RevocationMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("Gateway.Revocation");
        _appended = meter.CreateCounter<long>(
            "gateway.revocations", "{fact}",
            "Facts that this node appended to the log, by target; reinstatements are a target of their own.");
        _answered = meter.CreateHistogram<double>(
            "gateway.revocation.duration", "s", "From the call to the answer of a revocation, by whether every node enforced it by then.");
        _notAdmitted = meter.CreateCounter<long>(
            "gateway.revocations.limited", "{call}",
            "Revocations that were not recorded, by limit: subject, caller, cluster, or confirm where a confirmation is missing.");
    }

    public void Appended(Fact fact)
        => _appended.Add(1, new KeyValuePair<string, object?>("target",
            fact is Fact.Revocation revocation ? revocation.Target.Kind.Word : "reinstatement"));

    public void NotAdmitted(string limit) => _notAdmitted.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public void Answered(TimeSpan elapsed, bool everywhere)
        => _answered.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("everywhere", everywhere));
}
