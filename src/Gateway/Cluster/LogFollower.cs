using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>
/// Reads the log from this node's position and applies it: to the index, then to whatever is open; then the membership is
/// told. One code path for start, catch-up and push: whoever appends, or hears the doorbell, only rings; a short timer
/// bounds what a lost ring costs (rule R12).
/// </summary>
internal sealed partial class LogFollower(
    IRevocationLog log, RevocationIndex index, IRevocationEnforcer enforcer, IMembership membership, Doorbells bells, CarefulClock clock,
    StoreMetrics metrics, TimeProvider time, ILogger<LogFollower> logger) : Loop
{
    private const int PageSize = 1000;

    // Epochs that have ended: what still asks for a place in one of the last few is told at once.
    private const int Remembered = 16;
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(2);

    // A thousand at a time: so many a second that it keeps up with what any log takes in.
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMilliseconds(20);

    private readonly Lock _waiting = new();
    private readonly List<(LogPosition Position, TaskCompletionSource Done)> _waiters = [];
    private readonly Queue<string> _ended = [];
    private LogPosition _applied = LogPosition.Start;
    private string? _entered;

    public override string Work => "reading the revocation log";

    // A round ends with a page.
    public override TimeSpan RoundTakesAtMost => TimeSpan.FromMinutes(5);

    /// <summary>The log is applied up to here, with every exchange that it ends sealed.</summary>
    public LogPosition Applied { get { lock (_waiting) return _applied; } }

    /// <summary>Whether the end of the log has been reached once since the start.</summary>
    public bool CaughtUp { get; private set; }

    /// <summary>Why the log cannot be read now; null when it can.</summary>
    public string? Unread { get; private set; }

    /// <summary>Reads the log, since there may be more in it.</summary>
    public void Ring() => bells.Log.Ring();

    /// <summary>Completes when this node has applied the log up to a position.</summary>
    /// <exception cref="EpochEndedException">The position is of an epoch that is over; what it held may be lost.</exception>
    public Task WaitForAsync(LogPosition position, CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_ended.Contains(position.Epoch)) done.SetException(new EpochEndedException(position.Epoch));
            else if (_applied.Epoch == position.Epoch && _applied.Number >= position.Number) done.SetResult();
            else _waiters.Add((position, done));
        }
        if (!done.Task.IsCompleted) Ring();
        return done.Task.WaitAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        bool loaded = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!loaded) Load();
                loaded = true;
                await CatchUpAsync(stopping);
                if (Unread is not null) Recovered(logger);
                Unread = null;
                bool first = !CaughtUp;
                if (first) ReadToTheEnd(logger, Applied, index.Count);
                CaughtUp = true;
                membership.CaughtUp(first);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { return; }
            catch (Exception error)
            {
                // Rule R9: at an entry that it does not understand, or whatever else goes wrong, it stops and never skips. The head
                // is past this position, so no new lease becomes usable (rule R1).
                metrics.ReadFailed();
                if (Unread is null) Unreadable(logger, error.Message);
                Unread = error.Message;
            }
            bool more = index.Forget(clock.Now);
            try { await bells.Log.WaitAsync(more ? ForgetEvery : membership.ReadEvery, stopping); }
            catch (OperationCanceledException) { return; }
        }
    }

    private void Load()
    {
        if (membership.Load(index) is not { } known) return;
        lock (_waiting) _applied = known;
        FromReplica(logger, index.Count, known);
    }

    private async Task CatchUpAsync(CancellationToken cancellation)
    {
        long told = time.GetTimestamp();
        LogPage page;
        Task<LogPage>? ahead = null;
        do
        {
            Beat();
            try
            {
                page = await (ahead ?? log.ReadFromAsync(Applied, PageSize, cancellation));
            }
            catch (EpochEndedException)
            {
                // Rule R2: in a new epoch everything is read from the beginning. What is known stays known.
                page = await log.ReadFromAsync(LogPosition.Start, PageSize, cancellation);
            }
            // On a long way the next page comes while this one is applied; a file reads on the thread that asks.
            LogPosition next = page.Next;
            ahead = page.End ? null : Task.Run(() => log.ReadFromAsync(next, PageSize, cancellation), cancellation);
            if (page.Next.Epoch != Applied.Epoch) LeaveEpoch(page.Next.Epoch);
            // Rule R2: also in the one that the local replica is of, since a repair may have been interrupted.
            if (page.Next.Epoch != _entered) await membership.EnterAsync(page.Next.Epoch, cancellation);
            _entered = page.Next.Epoch;
            await ApplyAsync(page, cancellation);
            if (page.End || time.GetElapsedTime(told) < TellEvery) continue;
            told = time.GetTimestamp();
            Reading(logger, Applied, index.Count);
        }
        while (!page.End);
    }

    // Rule R6: the index first, then the seals, then the acknowledgement; a request enters the live connections first and
    // looks at the index after. Whichever comes first, one of the two sees the other.
    private async Task ApplyAsync(LogPage page, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (LogEntry entry in page.Entries) changed |= index.Apply(entry.Fact);
        Interlocked.MemoryBarrier();
        if (changed) await enforcer.EnforceAsync();   // what was on its way has passed, or never will
        // After a start the replica may hold all that there is: nothing moves then, and the cluster has not been told yet.
        membership.Applied(page, news: page.Next != Applied || !CaughtUp);
        Advance(page.Next);
        await membership.RememberAsync(page, cancellation);
    }

    private void LeaveEpoch(string epoch)
    {
        lock (_waiting)
        {
            foreach ((LogPosition position, TaskCompletionSource done) in _waiters)
                if (position.Epoch != epoch) done.TrySetException(new EpochEndedException(position.Epoch));
            _waiters.RemoveAll(waiter => waiter.Position.Epoch != epoch);
            if (_ended.Count == Remembered) _ended.Dequeue();
            _ended.Enqueue(_applied.Epoch);
            _applied = new(epoch, 0);
        }
    }

    private void Advance(LogPosition next)
    {
        lock (_waiting)
        {
            _applied = next;
            foreach ((LogPosition position, TaskCompletionSource done) in _waiters)
                if (position.Epoch == next.Epoch && position.Number <= next.Number) done.TrySetResult();
            _waiters.RemoveAll(waiter => waiter.Done.Task.IsCompleted);
        }
    }

    [LoggerMessage(EventId = 706, Level = LogLevel.Error, Message = "The revocation log cannot be read: {Reason}")]
    private static partial void Unreadable(ILogger logger, string reason);

    [LoggerMessage(EventId = 707, Level = LogLevel.Information, Message = "The revocation log can be read again.")]
    private static partial void Recovered(ILogger logger);

    [LoggerMessage(EventId = 708, Level = LogLevel.Information,
        Message = "The revocation log is read to its end, {Position}: {Count} revocations act.")]
    private static partial void ReadToTheEnd(ILogger logger, LogPosition position, int count);

    [LoggerMessage(EventId = 713, Level = LogLevel.Information,
        Message = "Reading the revocation log: {Position} so far, {Count} revocations act.")]
    private static partial void Reading(ILogger logger, LogPosition position, int count);

    [LoggerMessage(EventId = 709, Level = LogLevel.Information, Message = "The local replica knows {Count} revocations, up to {Position}.")]
    private static partial void FromReplica(ILogger logger, int count, LogPosition position);
}
