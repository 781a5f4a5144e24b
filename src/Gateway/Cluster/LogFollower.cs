using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>
/// Reads the log from this node's position and applies it: to the index, then to whatever is open; then it acknowledges. One
/// code path for start, catch-up and push: whoever appends, or hears the doorbell, only rings; a short timer bounds what a
/// lost ring costs (rule R12).
/// </summary>
internal sealed partial class LogFollower(
    IRevocationLog log, RevocationIndex index, IRevocationEnforcer enforcer, Lease lease, ClusterWatch watch, LocalReplica replica, Repair repair,
    CarefulClock clock, StoreOptions store, ClusterOptions cluster, StoreMetrics metrics, ILogger<LogFollower> logger)
    : BackgroundService
{
    private const int PageSize = 1000;

    private readonly TimeSpan _timer = store.Kind == StoreKind.Sqlite ? TimeSpan.FromSeconds(1) : cluster.Lease * LeaseTerms.Timer;
    private readonly Bell _bell = new();
    private readonly Lock _waiting = new();
    private readonly List<(LogPosition Position, TaskCompletionSource Done)> _waiters = [];
    private LogPosition _applied = LogPosition.Start;
    private string? _trouble;

    /// <summary>The log is applied up to here, with every exchange that it ends sealed.</summary>
    public LogPosition Applied { get { lock (_waiting) return _applied; } }

    /// <summary>Whether the end of the log has been reached once since the start.</summary>
    public bool CaughtUp { get; private set; }

    /// <summary>Why the log cannot be read now; null when it can.</summary>
    public string? Trouble => _trouble;

    /// <summary>The position has moved, or the epoch.</summary>
    public event Action? Advanced;

    /// <summary>There may be more in the log: reads it.</summary>
    public void Ring() => _bell.Ring();

    /// <summary>Completes when this node has applied the log up to a position.</summary>
    /// <exception cref="EpochEndedException">The position is of an epoch that is over; what it held may be lost.</exception>
    public Task WaitFor(LogPosition position, CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_applied.Epoch == position.Epoch && _applied.Number >= position.Number) done.SetResult();
            else _waiters.Add((position, done));
        }
        if (!done.Task.IsCompleted) Ring();
        return done.Task.WaitAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        if (replica.Load(index) is { } replicated)
        {
            lock (_waiting) _applied = replicated;
            FromReplica(logger, index.Count, replicated);
            lease.Loaded();
        }
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await CatchUp(stopping);
                if (_trouble is not null) Recovered(logger);
                _trouble = null;
                if (!CaughtUp) ReadToTheEnd(logger, Applied, index.Count);
                CaughtUp = true;
                replica.Open();
                lease.Loaded();
                if (store.Kind == StoreKind.Sqlite) lease.GrantForever();
                Advanced?.Invoke();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { return; }
            catch (StoreUnavailableException error)
            {
                Stop(error.Message);
            }
            catch (Exception error)
            {
                // Rule R9: at an entry that it does not understand, or whatever else goes wrong, it stops and never skips. The head
                // is past this position, so no new lease becomes usable (rule R1).
                Stop(error.Message);
            }
            index.Forget(clock.Now);
            try { await _bell.Wait(_timer, stopping); }
            catch (OperationCanceledException) { return; }
        }
    }

    private async Task CatchUp(CancellationToken cancellation)
    {
        LogPage page;
        Task<LogPage>? ahead = null;
        do
        {
            try
            {
                page = await (ahead ?? log.ReadFrom(Applied, PageSize, cancellation));
            }
            catch (EpochEndedException)
            {
                // Rule R2: in a new epoch everything is read from the beginning. What is known stays known.
                page = await log.ReadFrom(LogPosition.Start, PageSize, cancellation);
            }
            // On a long way the next page comes while this one is applied; a file reads on the thread that asks.
            LogPosition next = page.Next;
            ahead = page.End ? null : Task.Run(() => log.ReadFrom(next, PageSize, cancellation), cancellation);
            if (page.Next.Epoch != Applied.Epoch) await EnterEpoch(page.Next.Epoch, cancellation);
            await Apply(page);
        }
        while (!page.End);
    }

    // Rule R6: the index first, then the seals, then the acknowledgement; a request enters the live connections first and
    // looks at the index after. Whichever comes first, one of the two sees the other.
    private async Task Apply(LogPage page)
    {
        bool changed = false;
        foreach (LogEntry entry in page.Entries) changed |= index.Apply(entry.Fact);
        Interlocked.MemoryBarrier();
        if (changed) await enforcer.EnforceAsync();   // what was on its way has passed, or never will
        // After a start the replica may hold all that there is: nothing moves then, and the cluster has not been told yet.
        bool news = page.Next != Applied || !CaughtUp;
        Advance(page.Next);
        if (news && store.Kind == StoreKind.Redis)
        {
            // Rules R1 and R5: a lease whose head this is becomes usable; the acknowledgement leaves at once.
            watch.Applied(page.Next);
            Advanced?.Invoke();
        }
        replica.Add(page);
    }

    private async Task EnterEpoch(string epoch, CancellationToken cancellation)
    {
        lock (_waiting)
        {
            foreach ((LogPosition position, TaskCompletionSource done) in _waiters)
                if (position.Epoch != epoch) done.TrySetException(new EpochEndedException(position.Epoch));
            _waiters.RemoveAll(waiter => waiter.Position.Epoch != epoch);
            _applied = new(epoch, 0);
        }
        if (store.Kind != StoreKind.Redis) return;
        await repair.Begin(epoch, cancellation);
        watch.Applied(new(epoch, 0));
    }

    private void Advance(LogPosition next)
    {
        lock (_waiting)
        {
            _applied = next;
            foreach ((LogPosition position, TaskCompletionSource done) in _waiters)
                if (position.Number <= next.Number) done.TrySetResult();
            _waiters.RemoveAll(waiter => waiter.Position.Number <= next.Number);
        }
    }

    private void Stop(string reason)
    {
        metrics.ReadFailed();
        if (_trouble is null) Unreadable(logger, reason);
        _trouble = reason;
    }

    [LoggerMessage(EventId = 706, Level = LogLevel.Error, Message = "The revocation log cannot be read: {Reason}")]
    private static partial void Unreadable(ILogger logger, string reason);

    [LoggerMessage(EventId = 707, Level = LogLevel.Information, Message = "The revocation log can be read again.")]
    private static partial void Recovered(ILogger logger);

    [LoggerMessage(EventId = 708, Level = LogLevel.Information, Message = "The revocation log is read to its end, {Position}: {Count} revocations act.")]
    private static partial void ReadToTheEnd(ILogger logger, LogPosition position, int count);

    [LoggerMessage(EventId = 709, Level = LogLevel.Information, Message = "The local replica knows {Count} revocations, up to {Position}.")]
    private static partial void FromReplica(ILogger logger, int count, LogPosition position);
}
