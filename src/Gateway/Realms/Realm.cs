namespace Gateway.Realms;

/// <summary>One place that issues sessions.</summary>
internal sealed class Realm(string name, RealmOptions options, ITokenKind tokens, TokenCache cache)
{
    public string Name { get; } = name;
    public ITokenKind Tokens { get; } = tokens;

    /// <summary>Its tokens that were verified lately.</summary>
    public TokenCache Cache { get; } = cache;

    /// <summary>Where its tokens stand in a request.</summary>
    public IReadOnlyList<CredentialLocation> Locations { get; } = LocationsOf(options);

    /// <summary>Null unless its tokens are JWTs.</summary>
    public Jwt.JwtTokens? Jwt { get; } = tokens as Jwt.JwtTokens;

    public static IReadOnlyList<CredentialLocation> LocationsOf(RealmOptions options) =>
    [
        .. options.Credentials.Select(credential => credential switch
        {
            { Header: { } header } => new CredentialLocation(CredentialLocationKind.Header, header, credential.Scheme),
            { Cookie: { } cookie } => new CredentialLocation(CredentialLocationKind.Cookie, cookie) { IsChunked = credential.Chunked },
            _ => new CredentialLocation(CredentialLocationKind.Query, credential.Query ?? ""),
        }),
    ];
}
