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
