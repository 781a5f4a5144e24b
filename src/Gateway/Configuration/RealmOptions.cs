namespace Gateway.Configuration;

/// <summary>One place that issues sessions. Exactly one of <see cref="Jwt"/>, <see cref="Lookup"/>,
/// <see cref="Introspection"/> and <see cref="Opaque"/> is set.</summary>
internal sealed record RealmOptions
{
    /// <summary>Where in a request this realm's tokens stand.</summary>
    public List<CredentialOptions> Credentials { get; init; } = [];
    public JwtOptions? Jwt { get; init; }
    public LookupOptions? Lookup { get; init; }
    public IntrospectionOptions? Introspection { get; init; }
    public OpaqueOptions? Opaque { get; init; }
    public PermissionsOptions Permissions { get; init; } = new();

    /// <summary>Where a browser that navigates is sent when its session is over; null answers 401.</summary>
    public string? SignInUrl { get; init; }
}

/// <summary>Exactly one of <see cref="Header"/>, <see cref="Cookie"/> and <see cref="Query"/>.</summary>
internal sealed record CredentialOptions
{
    public string? Header { get; init; }

    /// <summary>With <see cref="Header"/>: the scheme before the token, as in <c>Bearer</c>; null means that the whole value is the token.</summary>
    public string? Scheme { get; init; }
    public string? Cookie { get; init; }
    public string? Query { get; init; }
}

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

    /// <summary>A JSON Web Key Set (RFC 7517), relative to the configuration file.</summary>
    public string? JwksFile { get; init; }

    /// <summary>Accepted <c>aud</c>; required unless <see cref="AnyAudience"/>.</summary>
    public string? Audience { get; init; }
    public List<string> Audiences { get; init; } = [];
    public bool AnyAudience { get; init; }

    /// <summary>The first that is present is the session id.</summary>
    public List<string> SessionIdClaims { get; init; } = [];

    /// <summary>Accepted <c>alg</c>; default RS, PS and ES with SHA-256 to SHA-512. HS only where listed; <c>none</c> never.</summary>
    public List<string> Algorithms { get; init; } = [];

    /// <summary>Tolerance for <c>exp</c> and <c>nbf</c>; default 30 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often keys are fetched again without cause; default 12 h. An unknown <c>kid</c> fetches at once, at most each <see cref="RefreshAtMostEvery"/>.</summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromHours(12);
    public TimeSpan RefreshAtMostEvery { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Ask an application's own who-am-I endpoint. Values are JSON pointers (RFC 6901) into its answer.</summary>
internal sealed record LookupOptions
{
    public string? Url { get; init; }
    public string? SessionId { get; init; }
    public string? Subject { get; init; }
    public string? Client { get; init; }
    public string? AuthenticatedAt { get; init; }
    public string? IssuedAt { get; init; }
    public string? ExpiresAt { get; init; }
    public string? Permissions { get; init; }

    /// <summary>How long a good answer stands; a revocation acts at once whatever is cached.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Companion headers of the request to send along, as in <c>X-User-Id</c>.</summary>
    public List<string> Headers { get; init; } = [];
}

/// <summary>Ask an RFC 7662 introspection endpoint.</summary>
internal sealed record IntrospectionOptions
{
    public string? Url { get; init; }
    public string? ClientId { get; init; }
    public string? ClientSecret { get; init; }

    /// <summary>The first member that is present is the session id; default sid, jti.</summary>
    public List<string> SessionIdClaims { get; init; } = [];

    /// <summary>JSON pointer to the permissions; default <c>/scope</c>.</summary>
    public string? Permissions { get; init; }
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
    public List<string> Headers { get; init; } = [];
}

/// <summary>Tokens that nobody can read: the session id is the token's fingerprint.</summary>
internal sealed record OpaqueOptions;

/// <summary>What claim values permit.</summary>
internal sealed record PermissionsOptions
{
    public List<string> Claims { get; init; } = [];

    /// <summary>Claim value → permissions. A value that is not listed grants nothing.</summary>
    public Dictionary<string, List<string>> Grants { get; init; } = [];
}
