using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Deletes from this node's file, once a minute and in small steps, the facts that have expired.</summary>
internal sealed class FactTrimming(FactTable facts, CarefulClock clock, TimeProvider time) : Loop
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public override string Work => "deleting expired facts from the store file";

    public override TimeSpan RoundTakesAtMost => TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Beat();
                try { while (await facts.TrimAsync(clock.Now, stopping) > 0) { } }
                catch (StoreUnavailableException) { /* the store itself says so in the log, once; the next time will do */ }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
