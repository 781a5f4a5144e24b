using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Tests.Realms;

/// <summary>What reading a request came to: who it is, or the refusal.</summary>
internal sealed record Resolution(IReadOnlyList<SessionIdentity> Identities, Refusal? Refusal);
