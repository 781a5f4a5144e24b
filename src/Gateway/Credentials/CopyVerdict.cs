using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>What judging one copy came to.</summary>
/// <param name="Identities">Of a good copy.</param>
/// <param name="Claimed">What one that does not verify says it is (reading rule 10); a revocation of it refuses.</param>
/// <param name="Realm">Whose it is; null when it is nobody's.</param>
internal readonly record struct CopyVerdict(CopyFate Fate, IReadOnlyList<SessionIdentity> Identities, SessionIdentity? Claimed,
    Realm? Realm)
{
    /// <summary>Why it is not good, for the operator.</summary>
    public RefusalReason? Reason { get; init; }

    public static readonly CopyVerdict NoCopy = new(CopyFate.NoCopy, [], null, null);

    public static CopyVerdict Of(TokenResult result, Realm? realm) => result.Failure switch
    {
        TokenFailure.None => new(CopyFate.Good, result.Identities, null, realm),
        TokenFailure.Unavailable => new(CopyFate.Unavailable, [], result.Claimed, realm) { Reason = result.Reason },
        _ => new(CopyFate.Invalid, [], result.Claimed, realm) { Reason = result.Reason },
    };

    /// <summary>Judges a token that only a lenient reader finds: it does not verify, and a revocation of it refuses.</summary>
    public CopyVerdict NotStrict()
        => Fate == CopyFate.Good
            ? new(CopyFate.Invalid, [], Identities[0], Realm) { Reason = new("only a lenient reader would take it for a token") } : this;

    /// <summary>Joins two readings of one copy: one that is good makes it good, and every claim counts.</summary>
    public CopyVerdict Or(CopyVerdict other) => (Fate, other.Fate) switch
    {
        (CopyFate.Good, CopyFate.Good) => this with { Identities = [.. Identities, .. other.Identities] },
        (CopyFate.Good, _) => this with { Claimed = Claimed ?? other.Claimed },
        (_, CopyFate.Good) => other with { Claimed = Claimed ?? other.Claimed },
        _ => (Fate >= other.Fate ? this : other) with { Claimed = Claimed ?? other.Claimed },
    };
}
