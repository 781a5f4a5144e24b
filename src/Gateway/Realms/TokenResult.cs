using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>An identity, or why there is none.</summary>
internal readonly record struct TokenResult(SessionIdentity? Identity, TokenFailure Failure)
{
    private SessionIdentity[]? Spellings { get; init; }

    public static readonly TokenResult Invalid = new(null, TokenFailure.Invalid);
    public static readonly TokenResult Unavailable = new(null, TokenFailure.Unavailable);

    /// <param name="check">What it did not pass, in words of a fixed set.</param>
    public static TokenResult Refused(string check) => Invalid with { Reason = new(check) };

    /// <summary>The identity, and behind it what else a backend could take the token for: another spelling of an opaque
    /// token, the twin of an ECDSA signature. A revocation of any of them refuses.</summary>
    public IReadOnlyList<SessionIdentity> Identities => Spellings ?? [];

    /// <summary>What a token that could not be verified says it is (reading rule 10).</summary>
    public SessionIdentity? Claimed { get; init; }

    /// <summary>Why there is no identity, for the operator.</summary>
    public RefusalReason? Reason { get; init; }

    public static TokenResult Of(SessionIdentity identity, params ReadOnlySpan<SessionIdentity> alsoReadAs)
        => new(identity, TokenFailure.None) { Spellings = [identity, .. alsoReadAs] };
}
