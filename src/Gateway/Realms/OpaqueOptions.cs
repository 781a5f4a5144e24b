namespace Gateway.Realms;

/// <summary>Tokens that nobody can read: the session id is the token's fingerprint.</summary>
internal sealed record OpaqueOptions;
