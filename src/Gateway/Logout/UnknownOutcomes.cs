using System.Collections.Concurrent;
using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Logout;

/// <summary>Rule R18: finds out, as soon as the log answers again, what became of facts whose outcome nobody knew, and tells the audit.
/// A stop of the process ends that; what is unknown then stays so, and its id can be asked for.</summary>
internal sealed partial class UnknownOutcomes(IRevocationLog log, AuditLog audit, TimeProvider time, ILogger<UnknownOutcomes> logger) : Loop
{
    private const int Most = 10_000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // By then what was sent last has met its deadline.
    private static readonly TimeSpan Undecided = TimeSpan.FromSeconds(5);

    // Then it stays unknown in the audit.
    private static readonly TimeSpan Hopeless = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Guid, Unknown> _unknown = [];
    private readonly SemaphoreSlim _more = new(0);

    /// <param name="Epoch">In which it was given to the log.</param>
    private sealed record Unknown(Fact Fact, AuditEntry Entry, string Epoch, long Since);

    public override string Work => "finding out what became of facts whose outcome was unknown";

    /// <summary>Takes note of one.</summary>
    /// <param name="entry">As the audit is to have it.</param>
    /// <param name="epoch">The log's, before it was given the fact.</param>
    public void Add(Fact fact, AuditEntry entry, string epoch)
    {
        audit.Record(entry with { Outcome = AuditOutcome.Unknown });
        if (_unknown.Count < Most && _unknown.TryAdd(fact.Id, new(fact, entry, epoch, time.GetTimestamp()))) _more.Release();
    }

    /// <summary>Learns that somebody has found out meanwhile: a repeat was answered.</summary>
    /// <returns>Whether it was unknown.</returns>
    public bool Known(Guid fact) => _unknown.TryRemove(fact, out _);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await _more.WaitAsync(stopping);
                while (!_unknown.IsEmpty)
                {
                    try
                    {
                        foreach (Unknown unknown in _unknown.Values) await FindOutAsync(unknown, stopping);
                    }
                    catch (StoreUnavailableException) { /* it is asked again in a second */ }
                    if (!_unknown.IsEmpty) await Task.Delay(Every, time, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task FindOutAsync(Unknown unknown, CancellationToken stopping)
    {
        (bool holds, string epoch) = await log.HoldsAsync(unknown.Fact, stopping);
        TimeSpan waited = time.GetElapsedTime(unknown.Since);
        if (!holds && epoch != unknown.Epoch)
        {
            // What it was given to is gone, and whoever knows the fact may bring it back. Nobody who has not by then is likely to.
            if (waited > Hopeless) _unknown.TryRemove(unknown.Fact.Id, out _);
            return;
        }
        if (!holds && waited < Undecided) return;
        if (!_unknown.TryRemove(unknown.Fact.Id, out _)) return;
        audit.Record(unknown.Entry with { Outcome = holds ? AuditOutcome.Done : AuditOutcome.Failed });
        if (holds) Recorded(logger, unknown.Entry.Action, unknown.Fact.Id);
        else Failed(logger, unknown.Entry.Action, unknown.Fact.Id);
    }

    [LoggerMessage(EventId = 900, Level = LogLevel.Warning,
        Message = "The log has what nobody knew of: {Action} {Fact} was recorded.")]
    private static partial void Recorded(ILogger logger, string action, Guid fact);

    [LoggerMessage(EventId = 901, Level = LogLevel.Warning,
        Message = "The log does not have what nobody knew of: {Action} {Fact} was not recorded, and will not be. Repeat it if it is still "
            + "wanted.")]
    private static partial void Failed(ILogger logger, string action, Guid fact);
}
