namespace Gateway.Management.SignIn;

/// <summary>A realm at whose provider an operator signs in to the page (OAuth 2.0 code flow with PKCE, RFC 7636).</summary>
internal sealed record SignInOptions
{
    /// <summary>A Jwt realm with an Authority or a MetadataAddress, whose grants give <c>gateway.admin</c>.</summary>
    public string Realm { get; init; } = "";

    /// <summary>As which client the page is registered there; its redirect address is that of the page.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>For a confidential client; a public one has none.</summary>
    public string? ClientSecret { get; init; }

    public string Scope { get; init; } = "openid";

    /// <summary>The API for which the token is asked (RFC 8707), where the provider wants one.</summary>
    public string? Resource { get; init; }
}
