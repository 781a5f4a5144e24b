namespace Gateway.Realms;

/// <param name="StandsUntil">How long the result may be remembered.</param>
internal readonly record struct Verification(TokenResult Result, DateTimeOffset StandsUntil);
