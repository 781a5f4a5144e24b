namespace Gateway.Realms;

/// <summary>One kind of token: how it is verified and what identity it proves. Implementations are the four that a realm
/// can be configured with.</summary>
internal interface ITokenKind
{
    /// <summary>What of a request is part of the question, besides the token.</summary>
    IReadOnlyList<Companion> Companions { get; }

    /// <summary>Whether a token is told to somebody to verify it.</summary>
    bool AsksSomebody => false;

    /// <summary>Whether the id of a token's session is its fingerprint, so that nobody need be asked for it.</summary>
    bool SessionIsToken => false;

    /// <summary>Grows when verdicts of before no longer stand, as when keys have changed.</summary>
    int Generation { get; }

    /// <summary>Why tokens cannot be verified now; null when they can.</summary>
    string? NotReady { get; }

    /// <summary>The keys that signatures are verified with; null where there are none, or none yet.</summary>
    KeysRead? Keys => null;

    /// <summary>Done when it was tried for the first time whether tokens can be verified, however that went.</summary>
    Task Tried => Task.CompletedTask;

    /// <summary>Verifies, and never throws for anything that a client can send. Not cancelled by the request that asks first: others
    /// wait for the same verdict.</summary>
    ValueTask<Verification> VerifyAsync(Presented presented);

    /// <summary>Tells what it makes of a token, check by check, for <c>explain</c>. Nothing of it is remembered.</summary>
    Task<TokenExplanation> ExplainAsync(Presented presented);

    /// <summary>Does in the background what keeps it ready, until cancelled; returns at once when there is nothing to do.</summary>
    Task UpkeepAsync(CancellationToken cancellation);

    /// <summary>Asks now whether tokens could be verified, for <c>check --online</c>; the reason when not.</summary>
    Task<string?> ProbeAsync(CancellationToken cancellation);
}
