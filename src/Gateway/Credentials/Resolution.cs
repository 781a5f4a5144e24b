using Gateway.Http;
using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>What reading a request's credentials came to: the identities of all of them, or the refusal.</summary>
/// <param name="Identities">Empty when the request carries no credential.</param>
/// <param name="Refusal">Set when the request is not to be forwarded; null otherwise.</param>
internal readonly record struct Resolution(IReadOnlyList<SessionIdentity> Identities, Refusal? Refusal)
{
    public static readonly Resolution Nothing = new([], null);

    public static Resolution Refuse(Refusal refusal) => new([], refusal);
}
