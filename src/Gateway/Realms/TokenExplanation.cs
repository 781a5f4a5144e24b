namespace Gateway.Realms;

/// <summary>What a realm makes of a token, and check by check why.</summary>
internal sealed record TokenExplanation(TokenResult Result, IReadOnlyList<TokenCheck> Checks);
