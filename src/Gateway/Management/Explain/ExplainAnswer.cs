using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Management.Explain;

/// <summary>What the gateway makes of a token or a request, step by step.</summary>
/// <param name="Outcome">Of a token <c>good</c>, <c>revoked</c>, <c>invalid</c> or <c>unavailable</c>. Of a request <c>passes</c>,
/// <c>refused</c>, <c>reported</c> (it passes only because its route reports), <c>dialect</c> or
/// <c>no route</c>.</param>
internal sealed record ExplainAnswer(string Outcome)
{
    /// <summary>The status of a request that is refused.</summary>
    public int? Status { get; init; }

    /// <summary>Why, on one line.</summary>
    public string? Reason { get; init; }
    public string? Route { get; init; }
    public string? Cluster { get; init; }

    /// <summary>Of a request: its way up to the application.</summary>
    public IReadOnlyList<ExplainedStep>? Steps { get; init; }

    /// <summary>Of a token: what each realm makes of it.</summary>
    public IReadOnlyList<ExplainedToken>? Realms { get; init; }

    /// <summary>Of a request: each copy of a credential that some server could read in it.</summary>
    public IReadOnlyList<ExplainedToken>? Credentials { get; init; }
}

/// <param name="Passed">False where the request, or the token, does not pass it.</param>
internal sealed record ExplainedStep(string Step, bool Passed, string? Detail)
{
    public static ExplainedStep Of(TokenCheck check) => new(check.Check, check.Complaint is null, check switch
    {
        { Complaint: { } complaint, Found: { } found } => $"{complaint}: {found}",
        _ => check.Complaint ?? check.Found,
    });
}

/// <param name="Outcome"><c>good</c>, <c>revoked</c>, <c>invalid</c>, <c>unavailable</c>, or <c>not asked</c>; in a request also <c>no
/// credential</c>.</param>
internal sealed record ExplainedToken(string Realm, string Outcome)
{
    /// <summary>Where in the request it stands.</summary>
    public string? Location { get; init; }
    public string? Reason { get; init; }
    public IReadOnlyList<ExplainedStep> Steps { get; init; } = [];

    /// <summary>What of a session it stands for; of a token that does not verify, what it claims.</summary>
    public ExplainedIdentity? Identity { get; init; }

    /// <summary>Whose revocation ends it: <c>session</c>, <c>token</c>, <c>subject</c>, <c>client</c>, <c>realm</c>.</summary>
    public string? RevokedBy { get; init; }
}

internal sealed record ExplainedIdentity(
    string? Session, string? Subject, string? TokenId, string? Fingerprint, string? Client, DateTimeOffset? AuthenticatedAt,
    DateTimeOffset? IssuedAt, DateTimeOffset? ExpiresAt,
    IReadOnlyList<string>? Permissions)
{
    public static ExplainedIdentity Of(SessionIdentity identity) => new(
        identity.SessionId, identity.Subject, identity.TokenId, identity.Fingerprint, identity.Client, identity.AuthenticatedAt,
        identity.IssuedAt, identity.ExpiresAt,
        identity.Permissions.Count > 0 ? [.. identity.Permissions.Order(StringComparer.Ordinal)] : null);
}
