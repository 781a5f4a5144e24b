using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store.Sqlite;

namespace Gateway.Store;

/// <summary>Deletes from the store file, once a minute and in small steps, what of the audit is too much; and tries once a second whether a
/// file that could not be written can be again, so that this is known before the next logout.</summary>
internal sealed class StoreUpkeep(SqliteDatabase database, AuditTable audit, PairTable pairs, TimeProvider time) : Loop
{
    private static readonly TimeSpan TryEvery = TimeSpan.FromSeconds(1), TrimEvery = TimeSpan.FromMinutes(1);

    public override string Work => "keeping the store file small";

    public override TimeSpan RoundTakesAtMost => TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(TryEvery, time);
        long trimmed = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Beat();
                try
                {
                    if (database.Trouble is not null)
                        await pairs.SetAsync("store", "tried", BitConverter.GetBytes(time.GetTimestamp()), stopping);
                    if (time.GetElapsedTime(trimmed) < TrimEvery) continue;
                    trimmed = time.GetTimestamp();
                    while (await audit.TrimAsync(time.GetUtcNow(), stopping) > 0) { }
                }
                catch (StoreUnavailableException)
                {
                    // The store itself says so in the log, once; the next time will do.
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
