namespace Gateway.TwoFactor;

/// <summary>A call that needs a second factor, and what it brought.</summary>
/// <param name="Code">As it was sent; null or empty when none was.</param>
/// <param name="Method">As the client names it; null when it does not.</param>
/// <param name="Token">The caller's token: what is remembered is bound to it. It is hashed before it is stored.</param>
internal sealed record FactorRequest(FactorOwner Owner, string? Code, string? Method, string Token, string UserAgent, string Address);
