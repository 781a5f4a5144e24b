using System.Diagnostics.Metrics;

namespace Gateway.Enforcement;

internal sealed class EnforcementGauges(IMeterFactory meters, LiveConnections connections) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create(EnforcementMetrics.MeterName).CreateObservableUpDownCounter(
            "gateway.connections",
            () => connections.CountByKind()
                .Select(open => new Measurement<int>(open.Count, new KeyValuePair<string, object?>("kind", open.Kind))),
            "{connection}", "Live connections that are open now, by kind.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
