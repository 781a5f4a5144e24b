namespace Gateway.Management.Explain;

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
