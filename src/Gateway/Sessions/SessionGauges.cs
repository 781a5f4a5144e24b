using System.Diagnostics.Metrics;

namespace Gateway.Sessions;

internal sealed class SessionGauges(IMeterFactory meters, SessionRegistry registry) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create("Gateway.Sessions").CreateObservableGauge(
            "gateway.sessions.waiting", () => (long)registry.Pending, "{session}",
            "Sessions seen on this node that are not in the store yet.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
