using Gateway.Cluster;
using Gateway.Store.Sqlite;

namespace Gateway.Store;

/// <summary>Deletes from the store file, once a minute and in small steps, what has expired.</summary>
internal sealed class StoreUpkeep(FactTable facts, AuditTable audit, CarefulClock clock, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    while (await facts.Trim(clock.Now, stopping) > 0) { }
                    while (await audit.Trim(stopping) > 0) { }
                }
                catch (StoreUnavailableException)
                {
                    // The store itself says so in the log, once; the next minute will do.
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
