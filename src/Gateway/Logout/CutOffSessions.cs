using Gateway.Cluster;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Logout;

/// <summary>Rule R20: finds what a cut-off ends by id, so that a session which refreshes its tokens stays ended: the sessions that the
/// registry of the cluster holds for its target.</summary>
internal sealed class CutOffSessions(SessionRegistry sessions, RevocationIndex index, IMembership membership)
{
    /// <summary>So many sessions are one fact.</summary>
    public const int OfAFact = 1000;

    // No realm may forgive more after a token's expiry (ClockSkew).
    private static readonly TimeSpan LongestSkew = TimeSpan.FromHours(1);

    /// <summary>Tells whether a target is a cut-off, and every node reads what ends sessions by id (rule R17).</summary>
    public bool CanEnd(Target target) => target.Kind.IsCutOff && membership.EveryNodeReads >= 2;

    /// <summary>Finds the sessions of a cut-off, as many as a fact holds at a time.</summary>
    /// <param name="cutOff">As it is to be recorded; its expiry is the least of theirs.</param>
    /// <exception cref="StoreUnavailableException">The registry cannot be read now.</exception>
    public async Task<IReadOnlyList<Fact.EndedSessions>> FindAsync(Fact.Revocation cutOff, CancellationToken cancellation)
    {
        Func<SessionIdentity, bool> ends = index.Ends([cutOff.Target], cutOff.At);
        List<SeenSession> found = [];
        await sessions.WalkAsync(SessionFilter.Of(cutOff.Target), session =>
        {
            if (ends(session.ToIdentity())) found.Add(session);
        }, cancellation);
        // In one order, so that a repeat of the same sessions is the same facts.
        return [.. found.OrderBy(session => session.Id, StringComparer.Ordinal).Chunk(OfAFact)
            .Select(some => Ended(cutOff, [.. some.Select(session => session.Id)], some.Max(Alive) ?? cutOff.Expires))];
    }

    private static Fact.EndedSessions Ended(Fact.Revocation cutOff, string[] ids, DateTimeOffset alive) => new()
    {
        Id = FactIds.Of($"ends {cutOff.Id:N}\n{string.Join('\n', ids)}"),
        At = cutOff.At,
        Expires = alive > cutOff.Expires ? alive : cutOff.Expires,
        Actor = cutOff.Actor,
        Of = cutOff.Id,
        By = cutOff.Target.Kind,
        InRealm = cutOff.Target.InRealm,
        Sessions = ids,
    };

    /// <summary>Tells until when a token that was seen of a session may be good; null when it never expires.</summary>
    public static DateTimeOffset? Alive(SeenSession session)
        => session.ExpiresAt is not { } expires ? null
            : expires < DateTimeOffset.MaxValue - LongestSkew ? expires + LongestSkew : DateTimeOffset.MaxValue;
}
