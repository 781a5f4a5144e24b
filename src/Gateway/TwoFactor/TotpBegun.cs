namespace Gateway.TwoFactor;

/// <summary>Answers a call that began with an authenticator app.</summary>
internal sealed record TotpBegun(string Uri);
