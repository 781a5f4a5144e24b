namespace Gateway.Realms;

/// <summary>Ask an application's own who-am-I endpoint. Values are JSON pointers (RFC 6901) into its answer.</summary>
internal sealed record LookupOptions
{
    public string? Url { get; init; }

    /// <summary>The session's id; null takes the token's fingerprint.</summary>
    public string? SessionId { get; init; }
    public string? Subject { get; init; }
    public string? Client { get; init; }
    public string? AuthenticatedAt { get; init; }
    public string? IssuedAt { get; init; }

    /// <summary>Where the answer tells no time: a session counts as old as it was first seen here, so that a cut-off leaves new sign-ins
    /// alone; default false, then a cut-off refuses every token for as long as it is kept.</summary>
    public bool? FirstSeenIsSignIn { get; init; }
    public string? ExpiresAt { get; init; }
    public string? Permissions { get; init; }

    /// <summary>How long a good answer stands; a revocation acts at once whatever is cached.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Companion headers of the request to send along, as in <c>X-User-Id</c>.</summary>
    public List<string> Headers { get; init; } = [];

    /// <summary>Companion cookies, and the header in which each is sent along, as in <c>rc_uid</c> → <c>X-User-Id</c>.</summary>
    public Dictionary<string, string> Cookies { get; init; } = [];

    /// <summary>The header in which the token is sent on, wherever the request had it; null sends it on as the request had it.</summary>
    public string? TokenHeader { get; init; }
}
