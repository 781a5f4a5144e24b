using System.Threading.Channels;
using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>The audit. Recording never waits and never fails; the store follows within a second.</summary>
internal sealed partial class AuditLog(IAuditStore store, TimeProvider time, ILogger<AuditLog> logger)
{
    private const int Waiting = 10_000, Batch = 500, LongestText = 2048;

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait });
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private List<AuditEntry> _batch = [];
    private long _lost;

    /// <param name="actor">Who, and from where.</param>
    /// <param name="action">What was attempted, as <see cref="AuditEntry.Action"/>.</param>
    /// <param name="target">To what, as <see cref="AuditEntry.Target"/>.</param>
    /// <param name="outcome">What came of it; one of <see cref="AuditOutcome"/>.</param>
    public void Record(Actor actor, string action, string? target = null, string outcome = AuditOutcome.Done, string? detail = null)
        => Record(new() { Actor = actor.Name, Address = actor.Address, Trace = actor.Trace, Action = action, Target = target,
            Outcome = outcome, Detail = detail });

    public void Record(AuditEntry entry)
    {
        AuditEntry whole = entry with
        {
            At = entry.At == default ? time.GetUtcNow() : entry.At,
            Actor = Bounded(entry.Actor)!, Action = Bounded(entry.Action)!, Target = Bounded(entry.Target), Detail = Bounded(entry.Detail),
        };
        if (!_waiting.Writer.TryWrite(whole) && Interlocked.Increment(ref _lost) == 1) Full(logger, Waiting);
    }

    /// <summary>Lists them, newest first; has whatever was recorded here before the call.</summary>
    /// <param name="before">Only entries with a smaller <see cref="AuditEntry.Sequence"/>; null for the first page.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async ValueTask<IReadOnlyList<AuditEntry>> ListAsync(long? before, int count, CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        return await store.ListAsync(before, count, cancellation);
    }

    /// <summary>Gives what waits to the store; what it cannot take waits on.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                while (_batch.Count < Batch && _waiting.Reader.TryRead(out AuditEntry? entry)) _batch.Add(entry);
                if (_batch.Count == 0) break;
                await store.AddAsync(_batch, cancellation);
                _batch = [];
            }
            if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost) Lost(logger, lost);
        }
        catch (StoreUnavailableException)
        {
            // The store itself says so in the log, once.
        }
        finally
        {
            _flushing.Release();
        }
    }

    private static string? Bounded(string? text) => text is null || text.Length <= LongestText ? text : text[..LongestText];

    [LoggerMessage(EventId = 500, Level = LogLevel.Warning,
        Message = "{Count} entries of the audit wait for the store; further ones are lost until it can be written.")]
    private static partial void Full(ILogger logger, int count);

    [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "The audit is written again; {Count} entries were lost.")]
    private static partial void Lost(ILogger logger, long count);
}
