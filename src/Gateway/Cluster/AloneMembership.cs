using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>One machine, one log: this node is all there is, and may let traffic through for ever once the log has been applied.</summary>
internal sealed class AloneMembership(Node node, Lease lease, ClusterWatch watch, TimeProvider time) : IMembership
{
    public TimeSpan ReadEvery => TimeSpan.FromSeconds(1);

    // Only a hanging disk or a starved process is that slow.
    public TimeSpan AppliesWithin => TimeSpan.FromSeconds(10);

    // What the file could not take a moment ago it cannot take now.
    public bool RepeatsAppends => false;

    public int EveryNodeReads => FactEncoding.Newest;

    public LogPosition? Load(RevocationIndex index) => null;

    public Task EnterAsync(string epoch, CancellationToken cancellation)
    {
        NodeLease self = new(
            node.Id, Serial: 1, Holds: true, Over: false, Length: TimeSpan.Zero, Ends: DateTimeOffset.MaxValue, LogPosition.Start,
            Serves: false, Repairing: false, node.Version, node.Address);
        watch.Observe(new ClusterState(epoch, Head: 0, Mature: true, Trimmed: 0, Now: DateTimeOffset.MaxValue, Version: 1, [self]),
            time.GetTimestamp());
        return Task.CompletedTask;
    }

    public void Applied(LogPage page, bool news) => watch.Applied(page.Next);

    // Its log is its own file.
    public ValueTask RememberAsync(LogPage page, CancellationToken cancellation) => ValueTask.CompletedTask;

    public void CaughtUp(bool first)
    {
        lease.Loaded();
        lease.GrantForever();
    }

    public Task KeepAsync(LogEntry entry, CancellationToken cancellation) => Task.CompletedTask;

    public Task KeptAsync(LogPosition position, CancellationToken cancellation) => Task.CompletedTask;
}
