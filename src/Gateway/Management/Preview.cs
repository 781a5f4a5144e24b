using Gateway.Enforcement;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Management;

/// <summary>What a revocation would end. The fact is applied to an index of its own, so that a preview cannot judge
/// otherwise than the revocation itself will.</summary>
internal sealed class Preview(SessionRegistry registry, LiveConnections connections, SessionGate gate, RealmNames realms, TimeProvider time)
{
    private const int PageSize = 1000;
    private const int SampleSize = 10;

    public async Task<PreviewAnswer> OfAsync(RevocationBody body, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        RevocationRules.Check(body.Target, realms.All, body.AllowFuture, now);
        Func<SessionIdentity, bool> ends = gate.WouldEnd(body.Also is { } also ? [body.Target, also] : [body.Target], now);

        int sessions = 0;
        List<SessionAnswer> sample = [];
        SessionFilter filter = SessionFilter.Of(body.Target);
        for (int offset = 0; ;)
        {
            IReadOnlyList<SeenSession> page = await registry.ListAsync(filter, offset, PageSize, cancellation);
            foreach (SeenSession session in page)
            {
                if (!ends(session.ToIdentity())) continue;
                sessions++;
                if (sample.Count < SampleSize) sample.Add(SessionAnswer.Of(session, gate));
            }
            if (page.Count < PageSize) break;
            offset += page.Count;
        }
        return new(TargetAnswer.Of(body.Target, now), sessions, connections.CountWhere(ends), sample);
    }
}
