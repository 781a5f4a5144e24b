using System.Diagnostics.Metrics;

namespace Gateway.Hosting;

internal sealed class LoopGauges(IMeterFactory meters, LoopStates loops) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create("Gateway.Hosting").CreateObservableCounter(
            "gateway.loops.failures",
            () => loops.Failures().Select(
                loop => new Measurement<long>(loop.Failures, new KeyValuePair<string, object?>("loop", loop.Work))),
            "{failure}", "How often each loop has failed and was started again, by what it does.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
