using System.Threading.Channels;
using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>Who did what, when, and what came of it. Never a secret, a token or a code.</summary>
internal sealed record AuditEntry
{
    /// <summary>Number in the audit, growing; 0 until it is kept.</summary>
    public long Sequence { get; init; }

    /// <summary>Default: when it is recorded.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>A key's name, a subject, a dialect's caller; <c>anonymous</c> for a call that did not say.</summary>
    public required string Actor { get; init; }

    /// <summary>What was attempted, as <c>revoke</c>, <c>reinstate</c>, <c>two-factor enroll</c>, <c>key create</c>, or the call that was refused.</summary>
    public required string Action { get; init; }

    /// <summary>To what, as <c>session main/abc</c>.</summary>
    public string? Target { get; init; }

    /// <summary><c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public string Outcome { get; init; } = "done";

    /// <summary>Where the call came from.</summary>
    public string? Address { get; init; }
    public string? Detail { get; init; }
}

/// <summary>The audit. Recording never waits and never fails; the store follows within a second.</summary>
internal sealed partial class AuditLog(IAuditStore store, TimeProvider time, ILogger<AuditLog> logger)
{
    private const int Waiting = 10_000, Batch = 500, LongestText = 2048;

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait });
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private List<AuditEntry> _batch = [];
    private long _lost;

    public void Record(AuditEntry entry)
    {
        AuditEntry whole = entry with
        {
            At = entry.At == default ? time.GetUtcNow() : entry.At,
            Actor = Bounded(entry.Actor)!, Action = Bounded(entry.Action)!, Target = Bounded(entry.Target), Detail = Bounded(entry.Detail),
        };
        if (!_waiting.Writer.TryWrite(whole) && Interlocked.Increment(ref _lost) == 1) Full(logger, Waiting);
    }

    /// <summary>Newest first; has whatever was recorded here before the call.</summary>
    /// <param name="before">Only entries with a smaller <see cref="AuditEntry.Sequence"/>; null for the first page.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async ValueTask<IReadOnlyList<AuditEntry>> List(long? before, int count, CancellationToken cancellation)
    {
        await Flush(cancellation);
        return await store.List(before, count, cancellation);
    }

    /// <summary>Gives what waits to the store; what it cannot take waits on.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                while (_batch.Count < Batch && _waiting.Reader.TryRead(out AuditEntry? entry)) _batch.Add(entry);
                if (_batch.Count == 0) break;
                await store.Add(_batch, cancellation);
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

    [LoggerMessage(EventId = 500, Level = LogLevel.Warning, Message = "{Count} entries of the audit wait for the store; further ones are lost until it can be written.")]
    private static partial void Full(ILogger logger, int count);

    [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "The audit is written again; {Count} entries were lost.")]
    private static partial void Lost(ILogger logger, long count);
}
