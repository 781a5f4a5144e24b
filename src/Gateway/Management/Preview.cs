using Gateway.Enforcement;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Management;

/// <summary>What a revocation would end. The fact is applied to an index of its own, so that a preview cannot judge
/// otherwise than the revocation itself will.</summary>
internal sealed class Preview(SessionRegistry registry, LiveConnections connections, SessionGate gate, RealmNames realms, TimeProvider time)
{
    private const int SampleSize = 10;

    public async Task<PreviewAnswer> OfAsync(RevocationBody body, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        RevocationRules.Check(body.Target, realms.All, body.AllowFuture, now);
        List<Target> targets = body.Also is { } also ? [body.Target, also] : [body.Target];
        if (body.Target is Target.Session named
            && (await registry.FindAsync(named.InRealm, named.Id, cancellation))?.Lineage is { } lineage)
            targets.Add(named with { Id = lineage });
        Func<SessionIdentity, bool> ends = gate.WouldEnd(targets, now);

        int sessions = 0;
        List<SeenSession> newest = [];
        await registry.WalkAsync(SessionFilter.Of(body.Target), session =>
        {
            if (!session.ToIdentities().Any(ends)) return;
            sessions++;
            newest.Add(session);
            if (newest.Count < SampleSize * 2) return;
            newest.Sort(static (a, b) => b.LastSeen.CompareTo(a.LastSeen));
            newest.RemoveRange(SampleSize, newest.Count - SampleSize);
        }, cancellation);
        SessionAnswer[] sample = [.. newest.OrderByDescending(session => session.LastSeen).Take(SampleSize)
            .Select(session => SessionAnswer.Of(session, gate))];
        return new(TargetAnswer.Of(body.Target, now), sessions, connections.CountWhere(ends), sample);
    }
}
