using Gateway.Revocation;

namespace Gateway.Enforcement.Messages;

/// <summary>Whose a connection is that signs in by a message.</summary>
/// <param name="Token">The token's fingerprint.</param>
/// <param name="IsUnavailable">Whoever knows its session cannot be asked now: nobody could tell when the connection is to end.</param>
internal sealed record MessageSignIn(string Token, IReadOnlyList<SessionIdentity> Identities, bool IsUnavailable);
