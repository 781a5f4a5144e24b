using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>What judging one copy came to.</summary>
/// <param name="Identities">Of a good copy.</param>
/// <param name="Claims">What is said to be in it and does not verify (reading rule 10); a revocation of any of them refuses.</param>
/// <param name="Realm">Whose it is; null when it is nobody's.</param>
internal readonly record struct CopyVerdict(CopyFate Fate, IReadOnlyList<SessionIdentity> Identities, IReadOnlyList<SessionIdentity> Claims,
    Realm? Realm)
{
    /// <summary>Why it is not good, for the operator.</summary>
    public RefusalReason? Reason { get; init; }

    public static readonly CopyVerdict NoCopy = new(CopyFate.NoCopy, [], [], null);

    public static CopyVerdict Of(TokenResult result, Realm? realm) => result.Failure switch
    {
        TokenFailure.None => new(CopyFate.Good, result.Identities, [], realm),
        TokenFailure.Unavailable => new(CopyFate.Unavailable, [], Of(result.Claimed), realm) { Reason = result.Reason },
        _ => new(CopyFate.Invalid, [], Of(result.Claimed), realm) { Reason = result.Reason },
    };

    /// <summary>Judges a token that only a lenient reader finds: it does not verify, and a revocation of it refuses.</summary>
    public CopyVerdict NotStrict()
        => Fate == CopyFate.Good
            ? new(CopyFate.Invalid, [], Joined(Identities, Claims), Realm)
                { Reason = new("only a lenient reader would take it for a token") }
            : this;

    /// <summary>What some reader could find in what is no token as a whole: it says nothing of that, but a revocation refuses.</summary>
    public CopyVerdict AsClaims() => new(CopyFate.NoCopy, [], Joined(Identities, Claims), Realm);

    /// <summary>Joins two readings of one copy: one that is good makes it good, and every claim counts.</summary>
    public CopyVerdict Or(CopyVerdict other)
    {
        CopyVerdict better = (Fate, other.Fate) switch
        {
            (CopyFate.Good, CopyFate.Good) => this with { Identities = Joined(Identities, other.Identities) },
            (CopyFate.Good, _) => this,
            (_, CopyFate.Good) => other,
            _ => Fate >= other.Fate ? this : other,
        };
        return better with { Claims = Joined(Claims, other.Claims) };
    }

    private static SessionIdentity[] Of(SessionIdentity? claimed) => claimed is null ? [] : [claimed];

    private static IReadOnlyList<SessionIdentity> Joined(IReadOnlyList<SessionIdentity> some, IReadOnlyList<SessionIdentity> others)
        => others.Count == 0 ? some : some.Count == 0 ? others : [.. some, .. others];
}
