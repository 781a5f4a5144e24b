namespace Gateway.Realms;

/// <summary>One place that issues sessions. Exactly one of <see cref="Jwt"/>, <see cref="Lookup"/>,
/// <see cref="Introspection"/> and <see cref="Opaque"/> is set.</summary>
internal sealed record RealmOptions
{
    /// <summary>The provider whose defaults hold where this realm says nothing.</summary>
    public RealmPreset? Preset { get; init; }

    /// <summary>Where in a request this realm's tokens stand.</summary>
    public List<CredentialOptions> Credentials { get; init; } = [];
    public JwtOptions? Jwt { get; init; }
    public LookupOptions? Lookup { get; init; }
    public IntrospectionOptions? Introspection { get; init; }
    public OpaqueOptions? Opaque { get; init; }
    public PermissionsOptions Permissions { get; init; } = new();

    /// <summary>What the tokens of one sign-in share: claims, or pointers into what a provider answers, all of them together; with
    /// Opaque <c>set-cookie</c>, the answers that renew a cookie. Null or empty ties nothing.</summary>
    public List<string> Lineage { get; init; } = [];

    /// <summary>Where a browser that navigates is sent when its session is over; null answers 401.</summary>
    public string? SignInUrl { get; init; }

    /// <summary>The query parameter of <see cref="SignInUrl"/> that takes the page which was wanted; default rd, an empty one tells
    /// none.</summary>
    public string? ReturnUrlParameter { get; init; }
}
