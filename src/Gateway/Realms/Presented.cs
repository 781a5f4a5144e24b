namespace Gateway.Realms;

/// <summary>A token as a request presents it.</summary>
/// <param name="Companions">Values of <see cref="ITokenKind.Companions"/>, in their order; null where the request has none.</param>
internal readonly record struct Presented(string Token, CredentialLocation Location, string?[] Companions);
