using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Rule R10: removes from the log what has expired, in pages, one node at a time. As long as a page is worth it the next one
/// follows at once, so that trimming keeps up with whatever was appended; a round that does not reach the end says so.</summary>
internal sealed partial class LogTrimming(IClusterLog log, ClusterMetrics metrics, TimeProvider time, ILogger<LogTrimming> logger) : Loop
{
    private const int PageSize = 1000;

    // 50,000 entries a second, if there are so many; Redis has half of its time for others.
    private const int MostPages = 500;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10), Turn = Every * 2.5;

    private bool _behind;

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
                try
                {
                    Tell(await TrimAsync(stopping));
                }
                catch (StoreUnavailableException) { /* the next time will do */ }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    // The last page of the front, when there was no time for more.
    private async Task<Trimmed?> TrimAsync(CancellationToken stopping)
    {
        // What stands behind younger entries: given back after Redis had lost it.
        if ((await log.TrimAsync(PageSize, front: false, Turn, stopping)).Looked == 0) return null;
        long began = time.GetTimestamp();
        for (int page = 0; page < MostPages && time.GetElapsedTime(began) < Every * 0.8; page++)
        {
            long asked = time.GetTimestamp();
            Trimmed trimmed = await log.TrimAsync(PageSize, front: true, Turn, stopping);
            metrics.Trimmed(trimmed.Gone);
            if (trimmed.Gone * 10 < PageSize) return null;
            if (page == MostPages - 1) return trimmed;
            await Task.Delay(time.GetElapsedTime(asked), time, stopping);
        }
        return null;
    }

    private void Tell(Trimmed? last)
    {
        metrics.TrimmingIsBehind = last?.Behind ?? TimeSpan.Zero;
        if (last is { } trimmed && !_behind) Behind(logger, trimmed.Behind.TotalSeconds);
        _behind = last is not null;
    }

    [LoggerMessage(EventId = 715, Level = LogLevel.Warning,
        Message = "More of the revocation log expires than is removed: what expired {Seconds:F0} s ago still takes room in Redis.")]
    private static partial void Behind(ILogger logger, double seconds);
}
