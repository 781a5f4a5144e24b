using System.Collections.Concurrent;
using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>Renews this node's lease each fifth of it, and gives it back at the end (rules R1, R3, R4, R11). No renewal waits for an
/// earlier one: a lost answer costs a fifth of a lease.</summary>
internal sealed partial class LeaseRenewal(
    IClusterLog log, ClusterWatch watch, Lease lease, LogFollower follower, Repair repair, Node node, Doorbells bells,
    ClusterOptions options, ReplicaQuorum quorum, IStaleServing serving, ClusterMetrics metrics, ILogger<LeaseRenewal> logger) : Loop
{
    private const int MostInFlight = 5;

    private readonly TimeSpan _every = options.Lease * LeaseTerms.Timer;
    private readonly ConcurrentDictionary<string, byte> _newer = [];
    private int _inFlight;
    private long _serial;
    private bool _held;
    private volatile bool _stopped;

    public override string Work => "renewing the lease";

    public override TimeSpan RoundTakesAtMost => options.Lease + _every;

    // Rule R11: this runs after the listeners have stopped, so the last exchange has ended.
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        await base.StopAsync(cancellationToken);
        lease.Revoke();
        try { await log.RemoveAsync(node.Id, null, cancellationToken); }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException) { /* it runs out by itself */ }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                Beat();
                Tell();
                if (Volatile.Read(ref _inFlight) < MostInFlight) _ = RenewAsync(stopping);
                await bells.Lease.WaitAsync(_every, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task RenewAsync(CancellationToken stopping)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            Renewal renewal = Renewal();
            (ClusterState state, long asked) = await log.RenewAsync(renewal, options.Lease * 0.8, stopping);
            lease.Told(renewal.Serial, renewal.Serves);
            if (!watch.Observe(state, asked) || _stopped) return;
            if (await IsProvenAsync(state, stopping) && renewal.Wants && !_stopped) watch.Grant(state, asked);
            if (state.Head > follower.Applied.Number || state.Epoch != follower.Applied.Epoch) follower.Ring();
            foreach (string newer in watch.Read((view, _) => view.NotUnderstood))
                if (_newer.TryAdd(newer, 0)) NotReadable(logger, newer);
            foreach (NodeLease over in watch.Read((view, at) => view.Removable(at))) await log.RemoveAsync(over.Id, over.Serial, stopping);
            Tell();
        }
        catch (StoreUnavailableException) { /* the next one, soon; the store has said why */ }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || _stopped) { }
        catch (Exception error)
        {
            NotUnderstood(logger, error);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    // Rule R16: a master that was cut off goes on answering.
    private async Task<bool> IsProvenAsync(ClusterState state, CancellationToken stopping)
    {
        int wanted = quorum.Required(state);
        int followers = wanted == 0 ? 0 : await log.FollowersAsync(state.Epoch, wanted, _every, stopping);
        return watch.Prove(state.Epoch, followers, wanted);
    }

    private Renewal Renewal() => new()
    {
        Node = node.Id,
        Serial = Interlocked.Increment(ref _serial),
        // Rule R1: a starting node reads to the end before it takes its first lease; until then it only says that it is there.
        Wants = follower.CaughtUp,
        Length = options.Lease,
        Repaired = repair.Known,
        Seen = watch.Read((view, now) => view.CanTestify(now) ? view.Epoch : ""),
        Serves = serving.Any,
        Applied = follower.Applied,
        Version = node.Version,
        Address = node.Address,
    };

    private void Tell()
    {
        bool usable = lease.IsUsable;
        if (usable == _held) return;
        _held = usable;
        if (usable) Usable(logger);
        else
        {
            metrics.WentStale();
            Stale(logger, follower.Unread ?? watch.Unproven ?? "Redis did not renew it in time");
        }
    }

    [LoggerMessage(EventId = 700, Level = LogLevel.Warning,
        Message = "This node is stale: its lease has run out ({Reason}). Routes do as their WhenStale says until it is back.")]
    private static partial void Stale(ILogger logger, string reason);

    [LoggerMessage(EventId = 701, Level = LogLevel.Error, Message = "An answer of the log to a renewal cannot be understood.")]
    private static partial void NotUnderstood(ILogger logger, Exception error);

    [LoggerMessage(EventId = 702, Level = LogLevel.Information, Message = "This node holds a usable lease.")]
    private static partial void Usable(ILogger logger);

    [LoggerMessage(EventId = 714, Level = LogLevel.Warning,
        Message = "The node {Node} is listed in the form of a newer version. It counts as one that enforces nothing, so that no logout is "
            + "answered as enforced everywhere by this node. Upgrade this one.")]
    private static partial void NotReadable(ILogger logger, string node);
}
