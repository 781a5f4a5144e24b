using Gateway.Cluster;
using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Logout;

/// <summary>
/// Rule R20: what a cut-off has once refused stays refused. The id of a session that was refused here by a cut-off goes into the log,
/// so that a token which that session gets by a refresh is refused by every node, also after a restart. Only sessions whose tokens
/// verified come here.
/// </summary>
internal sealed partial class RefusedSessionRecorder(
    RefusedSessions refused, IRevocationLog log, RevocationIndex index, IMembership membership, RevocationOptions options,
    TimeProvider time,
    ILogger<RefusedSessionRecorder> logger) : Loop
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private bool _failing;

    public override string Work => "recording the sessions that a cut-off has refused";

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await refused.WaitAsync(stopping);
                while (!refused.IsEmpty)
                    if (!await RecordAsync(stopping)) await Task.Delay(Retry, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task<bool> RecordAsync(CancellationToken stopping)
    {
        // Rule R17: an older node would stop at it. Until it is gone each node remembers what it has refused itself.
        if (membership.EveryNodeReads < 2) return false;
        SessionIdentity[] some = refused.Some(CutOffSessions.OfAFact);
        Fact[] facts = [.. some
            .Select(identity => (Identity: identity, Cut: index.EndsById(identity.SessionKey) ? null : index.CutOffOf(identity)))
            .Where(one => one.Cut is not null)
            .GroupBy(one => (one.Cut!.Value.Revocation, one.Cut.Value.Kind, one.Identity.Realm))
            .Select(group => Ended(group.Key.Revocation, group.Key.Kind, group.Key.Realm,
                [.. group.Select(one => one.Identity.SessionId!)]))];
        try
        {
            if (facts.Length > 0) await log.AppendAsync(facts[0], facts[1..], stopping);
            _failing = false;
        }
        catch (StoreUnavailableException error)
        {
            if (!_failing) Failing(logger, error.Message);
            _failing = true;
            return false;
        }
        refused.Remove(some);
        return true;
    }

    private Fact.EndedSessions Ended(Guid cutOff, TargetKind kind, string realm, string[] ids)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new()
        {
            Id = Guid.CreateVersion7(now), At = now,
            Expires = options.KeepFor < DateTimeOffset.MaxValue - now ? now + options.KeepFor : DateTimeOffset.MaxValue,
            Actor = "gateway", Of = cutOff, By = kind, InRealm = realm, Sessions = ids,
        };
    }

    [LoggerMessage(EventId = 902, Level = LogLevel.Warning,
        Message = "The ids of sessions that a cut-off has refused cannot be recorded and wait in memory: {Reason}")]
    private static partial void Failing(ILogger logger, string reason);
}
