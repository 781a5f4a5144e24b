using System.Diagnostics.Metrics;

namespace Gateway.Credentials;

internal sealed class CredentialsMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _dropped = meters.Create("Gateway.Credentials").CreateCounter<long>(
        "gateway.requests.headers.dropped", "{header}",
        "Headers that were taken out of requests: those that override the method or the path, and those that are the gateway's.");

    /// <param name="header">One of a fixed set of names.</param>
    public void Dropped(string header) => _dropped.Add(1, new KeyValuePair<string, object?>("header", header));
}
