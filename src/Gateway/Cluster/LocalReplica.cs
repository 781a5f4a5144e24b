using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>
/// This node's replica of a cluster's log, in its store file: with it a node starts while Redis is away, reads only the rest
/// when it is there, and repairs what Redis has lost. It takes what the log follower applies, at its own pace; an answer to a logout waits
/// for it on the node that gives it.
/// </summary>
internal sealed partial class LocalReplica(FactTable facts, PairTable pairs, TimeProvider time,
    ILogger<LocalReplica> logger) : Loop
{
    private const int PageSize = 2000;

    // Of the memory that this process may use, a tenth; some half a kilobyte for each. A start on a long log so waits for no disk.
    private const int LeastWaiting = 50_000, FarMostWaiting = 4_000_000, Share = 10, BytesOfOne = 512;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _more = new(0, 1);
    private readonly Queue<LogPage> _pages = [];
    private readonly List<(LogPosition Position, TaskCompletionSource Done)> _waiters = [];
    private LogPosition _replicated = LogPosition.Start;
    private LogPosition _wanted = LogPosition.Start;
    private TaskCompletionSource? _room;
    private int _entries;
    private bool _failing;

    /// <summary>So many entries wait for the disk before the follower waits for it, too.</summary>
    public int MostWaiting { get; init; }
        = (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share / BytesOfOne, LeastWaiting, FarMostWaiting);

    public override string Work => "writing the local replica of the log";

    /// <summary>Puts what it held at the start into the index. Returns up to where.</summary>
    public LogPosition Load(RevocationIndex index)
    {
        try
        {
            foreach (LogEntry entry in Everything()) index.Apply(entry.Fact);
        }
        catch (UnknownFactException error)
        {
            throw new UnknownFactException(
                $"The local replica of the log, {facts.Path}, was written by a newer version. {error.Message} Or move the file away: "
                    + "this node then reads the log anew, and cannot give back what Redis loses meanwhile.");
        }
        lock (_lock) return _replicated = _wanted = facts.Replicated ?? LogPosition.Start;
    }

    /// <summary>The epoch to which everything in this replica has been given (rule R2); empty when there is nothing. Facts of a log
    /// that was embedded until now belong to no epoch of the cluster, so they are given to the first one.</summary>
    public string Repaired => pairs.Get("cluster", "repaired") is { } epoch ? System.Text.Encoding.UTF8.GetString(epoch)
        : facts.Replicated?.Epoch ?? (Everything().Any() ? "embedded" : "");

    public Task SetRepairedAsync(string epoch, CancellationToken cancellation)
        => pairs.SetAsync("cluster", "repaired", System.Text.Encoding.UTF8.GetBytes(epoch), cancellation);

    /// <summary>Gives every fact that has not expired. It is read with the machine's clock set back as far as any fact is kept: a clock
    /// that jumped ahead must not hide one.</summary>
    public IEnumerable<LogEntry> Everything() => facts.Unexpired(DateTimeOffset.UnixEpoch);

    /// <summary>Tells what the follower gave and is not on the disk yet.</summary>
    public IReadOnlyList<Fact> Pending()
    {
        lock (_lock) return [.. _pages.SelectMany(page => page.Entries).Select(entry => entry.Fact)];
    }

    /// <summary>Takes a page from the follower, which has applied it. What waits for the disk is bounded by waiting, never by
    /// forgetting (rule R14): this node testifies for what it has applied, so it must be able to append it again.</summary>
    public ValueTask AddAsync(LogPage page, CancellationToken cancellation)
    {
        Task? room = null;
        lock (_lock)
        {
            _wanted = page.Next;
            if (page.Next == _replicated && _pages.Count == 0) return ValueTask.CompletedTask;
            _pages.Enqueue(page);
            _entries += page.Entries.Count;
            if (_entries > MostWaiting) room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        if (room is null)
        {
            Ring();
            return ValueTask.CompletedTask;
        }
        Open();
        return new(room.WaitAsync(cancellation));
    }

    /// <summary>Says that from now on the disk may have its share of the machine: the log has been read to its end, or there is no
    /// more room to wait.</summary>
    public void Open()
    {
        _open.TrySetResult();
        Ring();
    }

    /// <summary>Completes when the replica holds the log up to a position; after two seconds in any case.</summary>
    public async Task WaitForAsync(LogPosition position, CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_replicated.Epoch == position.Epoch && _replicated.Number >= position.Number) return;
            _waiters.Add((position, done));
        }
        try { await done.Task.WaitAsync(TimeSpan.FromSeconds(2), time, cancellation); }
        catch (Exception error) when (error is TimeoutException or EpochEndedException) { /* what is there is there */ }
    }

    /// <summary>Completes when the replica holds this entry. One that is far behind takes it out of turn: an answer does not
    /// wait for a million others.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be written now.</exception>
    public async Task KeepAsync(LogEntry entry, CancellationToken cancellation)
    {
        TaskCompletionSource? done = null;
        LogPosition replicated;
        lock (_lock)
        {
            if (_replicated.Epoch == entry.Position.Epoch && _replicated.Number >= entry.Position.Number) return;
            replicated = _replicated;
            if (_entries <= PageSize && _open.Task.IsCompleted)
            {
                done = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiters.Add((entry.Position, done));
            }
        }
        if (done is null) await facts.ReplicateAsync([entry], replicated, cancellation);
        else await done.Task.WaitAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            await _open.Task.WaitAsync(stopping);
            while (true)
            {
                await _more.WaitAsync(stopping);
                while (true)
                {
                    try
                    {
                        if (!await CopyOneAsync(stopping)) break;
                        if (_failing) Recovered(logger);
                        _failing = false;
                    }
                    catch (Exception error) when (error is StoreUnavailableException or EpochEndedException or UnknownFactException)
                    {
                        if (!_failing) Failing(logger, error.Message);
                        _failing = true;
                        await Task.Delay(Retry, time, stopping);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task<bool> CopyOneAsync(CancellationToken stopping)
    {
        List<LogPage> pages = Take();
        if (pages.Count == 0) return false;
        await facts.ReplicateAsync([.. pages.SelectMany(page => page.Entries)], pages[^1].Next, stopping);
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            for (int i = 0; i < pages.Count; i++) _entries -= _pages.Dequeue().Entries.Count;
            _replicated = pages[^1].Next;
            if (_entries <= MostWaiting) (room, _room) = (_room, null);
        }
        room?.SetResult();
        Release();
        return true;
    }

    // A few pages of one epoch at a time share a commit. They stay in the queue until they are on the disk.
    private List<LogPage> Take()
    {
        lock (_lock)
        {
            List<LogPage> pages = [];
            int entries = 0;
            foreach (LogPage page in _pages)
            {
                if (pages.Count > 0 && (page.Next.Epoch != pages[0].Next.Epoch || entries + page.Entries.Count > PageSize)) break;
                pages.Add(page);
                entries += page.Entries.Count;
            }
            return pages;
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                (LogPosition position, TaskCompletionSource done) = _waiters[i];
                if (position.Epoch == _replicated.Epoch && position.Number <= _replicated.Number) done.TrySetResult();
                else if (position.Epoch == _replicated.Epoch || position.Epoch == _wanted.Epoch) continue;
                else done.TrySetException(new EpochEndedException(position.Epoch));
                _waiters.RemoveAt(i);
            }
        }
    }

    private void Ring()
    {
        try { _more.Release(); }
        catch (SemaphoreFullException) { /* it is awake already */ }
    }

    [LoggerMessage(EventId = 704, Level = LogLevel.Error,
        Message = "The local replica of the revocation log falls behind: {Reason} What is revoked is enforced; logouts are answered 503 "
            + "until the replica can be written.")]
    private static partial void Failing(ILogger logger, string reason);

    [LoggerMessage(EventId = 705, Level = LogLevel.Information, Message = "The local replica of the revocation log is written again.")]
    private static partial void Recovered(ILogger logger);
}
