namespace Gateway.Realms;

/// <summary>Ask an RFC 7662 introspection endpoint.</summary>
internal sealed record IntrospectionOptions
{
    public string? Url { get; init; }
    public string? ClientId { get; init; }
    public string? ClientSecret { get; init; }

    /// <summary>The first member that is present is the session id: names, or JSON pointers; default sid, jti.</summary>
    public List<string> SessionIdClaims { get; init; } = [];

    /// <summary>JSON pointer to the permissions; default what <c>Permissions:Claims</c> of the realm names.</summary>
    public string? Permissions { get; init; }
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
    public List<string> Headers { get; init; } = [];
}
