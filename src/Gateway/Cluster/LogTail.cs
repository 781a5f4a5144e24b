using Gateway.Enforcement;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>
/// Reads the log from this node's position and applies it: to the index, then to the live connections. One code path for
/// start, catch-up and push: whoever appends, or hears the doorbell, only rings; a short timer bounds what a lost ring costs.
/// </summary>
internal sealed partial class LogTail(IRevocationLog log, RevocationIndex index, LiveConnections connections, Lease lease, TimeProvider time, ILogger<LogTail> logger)
    : BackgroundService
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Timer = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _bell = new(0, 1);
    private readonly Lock _waiting = new();
    private readonly List<(long Number, TaskCompletionSource Done)> _waiters = [];
    private LogPosition _applied = new("", 0);

    /// <summary>The log is applied up to here.</summary>
    public LogPosition Applied { get { lock (_waiting) return _applied; } }

    /// <summary>Whether the end of the log has been reached once since the start.</summary>
    public bool CaughtUp { get; private set; }

    public void Ring()
    {
        try { _bell.Release(); }
        catch (SemaphoreFullException) { /* a burst is one read */ }
    }

    /// <summary>Completes when this node has applied the log up to a position, with every exchange that it ends sealed.</summary>
    public Task WaitFor(LogPosition position, CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_applied.Reign == position.Reign && _applied.Number >= position.Number) return Task.CompletedTask;
            _waiters.Add((position.Number, done));
        }
        Ring();
        return done.Task.WaitAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await CatchUp(stopping);
                lease.GrantForever();
                CaughtUp = true;
            }
            catch (StoreUnavailableException error)
            {
                Unreadable(logger, error.Message);
            }
            index.Forget(time.GetUtcNow());
            try { await _bell.WaitAsync(Timer, stopping); }
            catch (OperationCanceledException) { return; }
        }
    }

    private async Task CatchUp(CancellationToken cancellation)
    {
        LogPage page;
        do
        {
            page = await log.ReadFrom(Applied, PageSize, cancellation);
            bool changed = false;
            foreach (LogEntry entry in page.Entries) changed |= index.Apply(entry.Fact);
            if (changed) connections.SealRevoked();
            Advance(page.Next);
        }
        while (!page.End);
    }

    private void Advance(LogPosition next)
    {
        lock (_waiting)
        {
            _applied = next;
            foreach ((long number, TaskCompletionSource done) in _waiters)
                if (number <= next.Number) done.TrySetResult();
            _waiters.RemoveAll(waiter => waiter.Number <= next.Number);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The revocation log cannot be read: {Reason}")]
    private static partial void Unreadable(ILogger logger, string reason);
}
