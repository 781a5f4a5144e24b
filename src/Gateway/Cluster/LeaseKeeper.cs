using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster;

/// <summary>
/// Renews this node's lease each fifth of it, acknowledges what the follower has applied, hears the doorbells, and gives the
/// lease back at the end (rules R1, R3, R4, R5, R11, R12). Nothing waits for an earlier call: a lost answer costs a fifth
/// of a lease.
/// </summary>
internal sealed partial class LeaseKeeper : BackgroundService
{
    private const int MostInFlight = 5;

    private readonly RedisConnection _redis;
    private readonly RedisRevocationLog _log;
    private readonly ClusterWatch _watch;
    private readonly Lease _lease;
    private readonly LogFollower _follower;
    private readonly Repair _repair;
    private readonly Node _node;
    private readonly ClusterOptions _options;
    private readonly IStaleServing _serving;
    private readonly TimeProvider _time;
    private readonly ClusterMetrics _metrics;
    private readonly ILogger<LeaseKeeper> _logger;
    private readonly TimeSpan _every;
    private readonly Bell _applied = new();
    private int _inFlight;
    private long _serial;
    private readonly CancellationTokenSource _ending = new();
    private bool _held, _stopped, _asked;

    public LeaseKeeper(
        RedisConnection redis, RedisRevocationLog log, ClusterWatch watch, Lease lease, LogFollower follower, Repair repair, Node node,
        ClusterOptions options, IStaleServing serving, TimeProvider time, ClusterMetrics metrics, ILogger<LeaseKeeper> logger)
    {
        (_redis, _log, _watch, _lease, _follower, _repair, _node) = (redis, log, watch, lease, follower, repair, node);
        (_options, _serving, _time, _metrics, _logger) = (options, serving, time, metrics, logger);
        _every = options.Lease * LeaseTerms.Timer;
        _follower.Advanced += () =>
        {
            _applied.Ring();
            // The end was just reached for the first time: the first lease need not wait for the timer.
            if (_follower.CaughtUp && !_asked) _ = Renew(_ending.Token);
        };
        _watch.EpochBegan += epoch =>
        {
            Epoch(_logger, epoch, (options.Lease * LeaseTerms.Over).TotalSeconds);
            _follower.Ring();
        };
        _redis.Bells.Subscribe(redis.Prefix + ":bell", _ => _follower.Ring());
        _redis.Bells.Subscribe(redis.Prefix + ":acks", Hear);
    }

    protected override Task ExecuteAsync(CancellationToken stopping) => Task.WhenAll(Renewing(stopping), Acknowledging(stopping), Listening(stopping));

    // Rule R11: this runs after the listeners have stopped, so the last exchange has ended.
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        await _ending.CancelAsync();
        await base.StopAsync(cancellationToken);
        _lease.Revoke();
        try { await _log.Remove(_node.Id, null, cancellationToken); }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException) { /* it runs out by itself */ }
    }

    private async Task Renewing(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(_every, _time);
        try
        {
            do
            {
                Tell();
                if (Volatile.Read(ref _inFlight) < MostInFlight) _ = Renew(stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task Renew(CancellationToken stopping)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            // Rule R1: a starting node reads to the end before it takes its first lease; until then it only says that it is there.
            bool wants = _asked = _follower.CaughtUp;
            long now = _time.GetTimestamp();
            string testifies = _watch.Read((view, _) => view.CanTestify(now) ? view.Epoch : "");
            LogPosition applied = _follower.Applied;
            (ClusterState state, long asked) = await _log.Renew(
                [
                    _node.Id, Interlocked.Increment(ref _serial), wants ? 1 : 0, (long)_options.Lease.TotalMilliseconds, _repair.Known, testifies,
                    _serving.Any ? 1 : 0, _node.Version, _node.Address, applied.Epoch, applied.Number,
                ], _options.Lease * 0.8, stopping);
            if (!_watch.Observe(state, asked) || _stopped) return;
            if (wants) _watch.Grant(state, asked);
            if (state.Head > _follower.Applied.Number || state.Epoch != _follower.Applied.Epoch) _follower.Ring();
            foreach (NodeLease over in _watch.Read((view, at) => view.Removable(at))) await _log.Remove(over.Id, over.Serial, stopping);
            Tell();
        }
        catch (StoreUnavailableException) { /* the next one, soon; the link has said why */ }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || _stopped) { }
        catch (Exception error)
        {
            NotUnderstood(_logger, error);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task Acknowledging(CancellationToken stopping)
    {
        LogPosition sent = LogPosition.Start;
        try
        {
            while (true)
            {
                await _applied.Wait(Timeout.InfiniteTimeSpan, stopping);
                LogPosition applied = _follower.Applied;
                if (applied == sent || applied.Epoch.Length == 0) continue;
                try
                {
                    await _log.Acknowledge(_node.Id, applied, stopping);
                    sent = applied;
                }
                catch (StoreUnavailableException) { /* the next renewal carries it */ }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    NotUnderstood(_logger, error);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    // Rule R12: a half-open subscription is silent, so it is asked for a sign of life. Whoever comes back may have missed a ring.
    private async Task Listening(CancellationToken stopping)
    {
        bool hearing = false;
        try
        {
            while (true)
            {
                try
                {
                    await _redis.Bells.Ping(_options.Lease * 0.5, stopping);
                    if (!hearing) _follower.Ring();
                    hearing = true;
                }
                catch (StoreUnavailableException)
                {
                    hearing = false;
                }
                await Task.Delay(_every, _time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private void Hear(RedisValue message)
    {
        if (((string?)message)?.Split('|') is [var node, var epoch, var number] && long.TryParse(number, out long applied))
            _watch.Heard(node, new LogPosition(epoch, applied));
    }

    private void Tell()
    {
        bool usable = _lease.IsUsable;
        if (usable == _held) return;
        _held = usable;
        if (usable) Usable(_logger);
        else
        {
            _metrics.WentStale();
            Stale(_logger, _follower.Trouble ?? "Redis did not renew it in time");
        }
    }

    [LoggerMessage(EventId = 700, Level = LogLevel.Warning, Message = "This node is stale: its lease has run out ({Reason}). Routes do as their WhenStale says until it is back.")]
    private static partial void Stale(ILogger logger, string reason);

    [LoggerMessage(EventId = 701, Level = LogLevel.Error, Message = "An answer of Redis to a renewal or an acknowledgement cannot be understood.")]
    private static partial void NotUnderstood(ILogger logger, Exception error);

    [LoggerMessage(EventId = 702, Level = LogLevel.Information, Message = "This node holds a usable lease.")]
    private static partial void Usable(ILogger logger);

    [LoggerMessage(EventId = 703, Level = LogLevel.Information, Message = "Epoch {Epoch}. If it is new, nodes that held no lease before wait {Seconds:F1} s, and nobody is told \"everywhere\" until then.")]
    private static partial void Epoch(ILogger logger, string epoch, double seconds);
}
