using Gateway.Cluster;
using Gateway.Configuration;

namespace Gateway.Enforcement;

/// <summary>What comes with time alone: connections are held while the lease is away, and ended when it stays away for
/// another lease (rule R6); and those that end with their token.</summary>
internal sealed class LeaseWatch(LiveConnections connections, Passage passage, Lease lease, ClusterOptions cluster, TimeProvider time, IHostApplicationLifetime host)
    : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // How long gRPC answers that have begun may take to end by themselves when the gateway stops: a stream never would.
    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        // What would keep the server from stopping is told so; short requests end by themselves.
        using CancellationTokenRegistration onStop = host.ApplicationStopping.Register(() => connections.Seal(StaysOpen));
        lease.Granted += passage.Pulse;
        using PeriodicTimer timer = new(Tick, time);
        long? staleSince = null, stoppingSince = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                connections.SealExpired(time.GetUtcNow());
                if (host.ApplicationStopping.IsCancellationRequested && time.GetElapsedTime(stoppingSince ??= time.GetTimestamp()) > LastCalls)
                    connections.Seal(static connection => connection.Kind.IsGrpc ? EndCause.Stopping : EndCause.None);
                if (lease.IsUsable)
                {
                    passage.Pulse();
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

    private static EndCause StaysOpen(LiveConnection connection)
        => connection.Kind is ConnectionKind.WebSocket or ConnectionKind.Tunnel or ConnectionKind.Events or ConnectionKind.Stream ? EndCause.Stopping : EndCause.None;
}
