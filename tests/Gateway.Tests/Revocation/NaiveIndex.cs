using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

/// <summary>The rules of revocation written down as plainly as they can be said, over the whole set of facts at each question.</summary>
internal static class NaiveIndex
{
    /// <param name="now">Facts that have expired by then do not act; null: none has.</param>
    public static bool IsRevoked(SessionIdentity identity, IReadOnlyCollection<Fact> facts, TimeSpan skew, DateTimeOffset? now = null)
        => facts.OfType<Fact.Revocation>().Any(revocation =>
            (now is null || revocation.Expires > now)
            && !facts.OfType<Fact.Reinstatement>().Any(undo => undo.Of == revocation.Id)
            && Names(revocation, identity, skew));

    private static bool Names(Fact.Revocation revocation, SessionIdentity identity, TimeSpan skew)
    {
        if (revocation.Target.InRealm != identity.Realm) return false;
        bool Cut(DateTimeOffset? before) => (identity.AuthenticatedAt ?? identity.IssuedAt) is not { } since
            || Second(since, TimeSpan.Zero) <= Second(before ?? revocation.At, skew);
        return revocation.Target switch
        {
            Target.Session t => t.Id == identity.ListedId && (t.OfSubject is null || t.OfSubject == identity.Subject),
            Target.Token t => t.Id == identity.TokenId || t.Id == identity.Fingerprint,
            Target.Subject t =>
                t.Id == identity.Subject && Cut(t.Before) && (t.ExceptSession is null || t.ExceptSession != identity.ListedId),
            Target.Client t => (t.Id == identity.Client || t.Id == identity.SecondClient) && Cut(t.Before),
            Target.Realm t => Cut(t.Before),
            _ => throw new NotSupportedException(),
        };
    }

    private static Int128 Second(DateTimeOffset instant, TimeSpan plus)
    {
        Int128 ticks = Int128.Min((Int128)instant.UtcTicks + plus.Ticks, DateTimeOffset.MaxValue.UtcTicks);
        return ticks / TimeSpan.TicksPerSecond;
    }
}
