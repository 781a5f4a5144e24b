namespace Gateway.Realms;

/// <summary>Tokens that verify with an issuer's keys.</summary>
internal sealed record JwtOptions
{
    /// <summary>An OpenID Connect issuer: discovery and keys. Or <see cref="Issuer"/> with <see cref="JwksFile"/>.</summary>
    public string? Authority { get; init; }

    /// <summary>Where the discovery document is, when not at <c>{Authority}/.well-known/openid-configuration</c>.</summary>
    public string? MetadataAddress { get; init; }

    /// <summary>Whether discovery must be https; default true except for loopback addresses.</summary>
    public bool? RequireHttps { get; init; }
    public string? Issuer { get; init; }

    /// <summary>Several issuers. <c>{tenantid}</c> in one stands for the token's own <c>tid</c>. What they sign verifies with the same
    /// keys.</summary>
    public List<string> Issuers { get; init; } = [];

    /// <summary>Where the keys are, without discovery; with <see cref="Issuer"/> or <see cref="Issuers"/>. With <c>{kid}</c> in it, each
    /// key is a PEM file of its own under its name.</summary>
    public string? JwksUri { get; init; }

    /// <summary>What <c>signer</c> in a token's header must be, as AWS load balancers write it; null asks for none.</summary>
    public string? Signer { get; init; }

    /// <summary>A JSON Web Key Set (RFC 7517), relative to the configuration file.</summary>
    public string? JwksFile { get; init; }

    /// <summary>Accepted <c>aud</c>; required unless <see cref="AnyAudience"/>.</summary>
    public string? Audience { get; init; }
    public List<string> Audiences { get; init; } = [];
    public bool AnyAudience { get; init; }

    /// <summary>The first that is present is the session id: names, or JSON pointers; default sid, session_state, jti.</summary>
    public List<string> SessionIdClaims { get; init; } = [];

    /// <summary>The claim that names the subject; default sub.</summary>
    public string? Subject { get; init; }

    /// <summary>Claims that name the client: the first two that are present, and differ, count; default azp, client_id.</summary>
    public List<string> Client { get; init; } = [];

    /// <summary>What a token must say besides: claim → a value, or several of which one.</summary>
    public Dictionary<string, OneOrMore> RequiredClaims { get; init; } = [];

    /// <summary>Accepted <c>alg</c>; default RS, PS and ES with SHA-256 to SHA-512. HS only where listed; <c>none</c> never.</summary>
    public List<string> Algorithms { get; init; } = [];

    /// <summary>Tolerance for <c>exp</c> and <c>nbf</c>; default 30 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often keys are fetched again without cause; default 12 h. An unknown <c>kid</c> fetches at once, at most each
    /// <see cref="RefreshAtMostEvery"/>.
    /// </summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromHours(12);
    public TimeSpan RefreshAtMostEvery { get; init; } = TimeSpan.FromSeconds(30);
}
