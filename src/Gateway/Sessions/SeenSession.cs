namespace Gateway.Sessions;

/// <summary>A session as this cluster has seen it in requests. It serves lists and counts, never the security.</summary>
internal sealed record SeenSession
{
    public required string Realm { get; init; }
    public required string Id { get; init; }
    public string? Subject { get; init; }
    public string? Client { get; init; }
    public required DateTimeOffset FirstSeen { get; init; }
    public required DateTimeOffset LastSeen { get; init; }
    public DateTimeOffset? AuthenticatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Address { get; init; }
    public string? UserAgent { get; init; }
    public string? Host { get; init; }
}

/// <summary>Which sessions to list.</summary>
internal sealed record SessionFilter(string? Realm = null, string? Subject = null, string? Client = null, string? Search = null);
