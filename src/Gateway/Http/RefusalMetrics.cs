using System.Diagnostics.Metrics;

namespace Gateway.Http;

internal sealed class RefusalMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _refused = meters.Create("Gateway.Http").CreateCounter<long>(
        "gateway.requests.refused", "{request}", "Requests answered by the gateway instead of a backend, by status and cause.");

    private readonly Counter<long> _reported = meters.Create("Gateway.Http").CreateCounter<long>(
        "gateway.requests.reported", "{request}",
            "Requests that went on because their route only reports, by the status and cause that they would have been refused with.");

    /// <param name="cause">One word: <c>malformed</c>, <c>missing</c>, <c>invalid</c>, <c>revoked</c>, <c>stale</c>,
    /// <c>unavailable</c>.</param>
    public void Refused(int status, string cause) => _refused.Add(1, new("status", status), new("cause", cause));

    public void Reported(int status, string cause) => _reported.Add(1, new("status", status), new("cause", cause));
}
