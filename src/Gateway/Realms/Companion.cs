namespace Gateway.Realms;

/// <summary>What of a request is part of the question beside the token.</summary>
/// <param name="Header">The header under which it is sent on, and in which a request may have it.</param>
/// <param name="Cookie">The cookie in which a request may have it instead; null for none.</param>
internal sealed record Companion(string Header, string? Cookie = null);
