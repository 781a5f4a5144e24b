namespace Gateway.Configuration;

/// <summary>Which vendors' session APIs the gateway speaks; a dialect that is not configured is not spoken.</summary>
internal sealed record DialectsOptions
{
    public RocketChatOptions? RocketChat { get; init; }
    public ZitadelOptions? Zitadel { get; init; }
    public OryOptions? Ory { get; init; }
}

internal abstract record DialectOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>The realm whose sessions it lists and ends.</summary>
    public string Realm { get; init; } = "";

    /// <summary>Only for these Host values; empty means every host.</summary>
    public List<string> Hosts { get; init; } = [];

    /// <summary><c>Answer</c> (default), or <c>Forward</c> to pass the call on to the application after the revocation is recorded.</summary>
    public DialectThen Then { get; init; }
}

internal enum DialectThen { Answer, Forward }

internal sealed record RocketChatOptions : DialectOptions
{
    public RateLimitOptions RateLimit { get; init; } = new();
}

internal sealed record ZitadelOptions : DialectOptions
{
    /// <summary><c>Refuse</c> (404, default) or <c>Revoke</c>: a session id that was never seen is revoked ahead of time.</summary>
    public UnknownSessions UnknownSessions { get; init; }

    /// <summary><c>resourceOwner</c> in answers; default the realm's name.</summary>
    public string? Organization { get; init; }
}

internal enum UnknownSessions { Refuse, Revoke }

internal sealed record OryOptions : DialectOptions
{
    /// <summary>Prefixes under which the paths are answered, as in <c>"/auth"</c>; <c>""</c> is the root, and the default.</summary>
    public List<string> PathPrefixes { get; init; } = [];

    /// <summary>Name of the session cookie.</summary>
    public string Cookie { get; init; } = "ory_kratos_session";

    /// <summary>With <c>Then: Forward</c>: the cluster of the ReverseProxy section that calls of the management listener are
    /// passed on to, without the management key; null passes none on.</summary>
    public string? AdministrationCluster { get; init; }
}

internal sealed record RateLimitOptions
{
    public int Calls { get; init; } = 10;
    public TimeSpan Per { get; init; } = TimeSpan.FromMinutes(1);
}
