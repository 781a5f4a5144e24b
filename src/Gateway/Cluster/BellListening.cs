using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Hears the doorbells of the log, and asks for a sign of life: a half-open subscription is silent (rule R12).</summary>
internal sealed class BellListening(IClusterLog log, LogFollower follower, Doorbells bells, ClusterOptions options, TimeProvider time)
    : Loop
{
    private readonly TimeSpan _every = options.Lease * LeaseTerms.Timer;

    public override string Work => "listening to the doorbells of the log";

    public override TimeSpan RoundTakesAtMost => options.Lease + _every;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        log.Hear(more: follower.Ring, acknowledged: bells.Acknowledged.Ring);
        bool hears = false;
        try
        {
            while (true)
            {
                Beat();
                try
                {
                    await log.HearsAsync(options.Lease * 0.5, stopping);
                    // Whoever comes back may have missed a ring.
                    if (!hears) follower.Ring();
                    hears = true;
                }
                catch (StoreUnavailableException)
                {
                    hears = false;
                }
                await Task.Delay(_every, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
