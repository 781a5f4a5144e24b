using Gateway.Cluster;
using Gateway.Enforcement.Endings;
using Gateway.Hosting;

namespace Gateway.Enforcement;

/// <summary>What comes with time alone: connections are held while the lease is away, and ended when it stays away for
/// another lease (rule R6); and those that end with their token.</summary>
internal sealed class LeaseWatch(LiveConnections connections, ExchangeServices services, Lease lease, ClusterOptions cluster,
    TimeProvider time) : Loop
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    public override string Work => "ending connections whose lease or token has run out";

    public override TimeSpan RoundTakesAtMost => TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(Tick, time);
        long? staleSince = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Beat();
                connections.SealExpired(time.GetUtcNow());
                if (lease.IsUsable)
                {
                    // What was held while it was away goes on, one tick later at the latest.
                    services.Pulse();
                    staleSince = null;
                }
                else if (time.GetElapsedTime(staleSince ??= time.GetTimestamp()) > cluster.Lease)
                {
                    connections.Seal(static connection => connection.NeedsLease ? EndCause.Stale : EndCause.None);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
