using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Rule R10: removes from the log what has expired, a page at a time, one node at a time. Expiries are not in the
/// order of the log, so it goes through all of it, again and again.</summary>
internal sealed class LogTrimming(IClusterLog log, TimeProvider time) : Loop
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    public override string Work => "removing what has expired from the log";

    public override TimeSpan RoundTakesAtMost => TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Beat();
                try { await log.TrimAsync(PageSize, Every * 0.9, stopping); }
                catch (StoreUnavailableException) { /* the next time will do */ }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
