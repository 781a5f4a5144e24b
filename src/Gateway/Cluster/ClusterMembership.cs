using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>One of several nodes on one log: it keeps a replica, repairs what the log has lost, acknowledges what it has applied, and
/// lets traffic through under a lease.</summary>
internal sealed partial class ClusterMembership(
    ClusterWatch watch, Lease lease, Doorbells bells, LocalReplica replica, Repair repair, ClusterOptions cluster,
    ILogger<ClusterMembership> logger) : IMembership
{
    public TimeSpan ReadEvery { get; } = cluster.Lease * LeaseTerms.Timer;

    // A node that has not after a lease is fenced.
    public TimeSpan AppliesWithin => cluster.Lease;

    public bool RepeatsAppends => true;

    public int EveryNodeReads => watch.Read((view, _) => view.EveryNodeReads);

    public LogPosition? Load(RevocationIndex index)
    {
        LogPosition known = replica.Load(index);
        lease.Loaded();
        return known;
    }

    public async Task EnterAsync(string epoch, CancellationToken cancellation)
    {
        Entered(logger, epoch, (cluster.Lease * LeaseTerms.Over).TotalSeconds);
        await repair.BeginAsync(epoch, cancellation);
        watch.Applied(new(epoch, 0));
    }

    public void Applied(LogPage page, bool news)
    {
        if (!news) return;
        // Rules R1 and R5: a lease whose head this is becomes usable; the acknowledgement leaves at once.
        watch.Applied(page.Next);
        bells.Applied.Ring();
    }

    public ValueTask RememberAsync(LogPage page, CancellationToken cancellation) => replica.AddAsync(page, cancellation);

    public void CaughtUp(bool first)
    {
        replica.Open();
        lease.Loaded();
        bells.Applied.Ring();
        // The first lease need not wait for the timer.
        if (first) bells.Lease.Ring();
    }

    public Task KeepAsync(LogEntry entry, CancellationToken cancellation) => replica.KeepAsync(entry, cancellation);

    public Task KeptAsync(LogPosition position, CancellationToken cancellation) => replica.WaitForAsync(position, cancellation);

    [LoggerMessage(EventId = 703, Level = LogLevel.Information,
        Message = "Epoch {Epoch}. If it is new, nodes that held no lease before wait {Seconds:F1} s, and nobody is told \"everywhere\" "
            + "until then.")]
    private static partial void Entered(ILogger logger, string epoch, double seconds);
}
