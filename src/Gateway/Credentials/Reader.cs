using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>A location of the configuration, and the realms of a route whose tokens stand there.</summary>
/// <param name="Realms">Realms of this location that the route reads.</param>
internal sealed record Reader(CredentialLocation Location, Realm[] Realms)
{
    public bool HasJwts { get; } = Array.Exists(Realms, static realm => realm.Jwt is not null);

    /// <summary>The one realm here has tokens whose parts are padded.</summary>
    public bool TakesPadding { get; } = Realms is [{ Jwt.TakesPadding: true }];
}
