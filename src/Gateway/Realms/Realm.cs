using Gateway.Configuration;

namespace Gateway.Realms;

/// <summary>One place that issues sessions.</summary>
internal sealed class Realm(string name, RealmOptions options, ITokenKind tokens, TokenCache cache)
{
    public string Name { get; } = name;
    public RealmOptions Options { get; } = options;
    public ITokenKind Tokens { get; } = tokens;

    /// <summary>Its tokens that were verified lately.</summary>
    public TokenCache Cache { get; } = cache;

    /// <summary>Where its tokens stand in a request.</summary>
    public IReadOnlyList<Place> Places { get; } = PlacesOf(options);

    /// <summary>Null unless its tokens are JWTs.</summary>
    public Jwt.JwtTokens? Jwt { get; } = tokens as Jwt.JwtTokens;

    public static IReadOnlyList<Place> PlacesOf(RealmOptions options) =>
    [
        .. options.Credentials.Select(credential => credential switch
        {
            { Header: { } header } => new Place(PlaceKind.Header, header, credential.Scheme),
            { Cookie: { } cookie } => new Place(PlaceKind.Cookie, cookie),
            _ => new Place(PlaceKind.Query, credential.Query ?? ""),
        }),
    ];
}
