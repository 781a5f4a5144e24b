namespace Gateway.Enforcement;

/// <summary>What a route asks of the gateway: the <c>Metadata</c> of a YARP route, read once when the configuration is loaded.</summary>
internal sealed record RoutePolicy
{
    public SessionPolicy Session { get; init; } = SessionPolicy.Optional;

    /// <summary>Realms whose places are read; empty means every realm. The places of the others are stripped.</summary>
    public IReadOnlyList<string> Realms { get; init; } = [];
    public WhenStale WhenStale { get; init; } = WhenStale.Reject;

    /// <summary>Send X-Session-Id, X-Session-Subject and X-Session-Realm to the backend.</summary>
    public bool ForwardIdentity { get; init; }

    /// <summary>End live connections when the token they were opened with expires; default false.</summary>
    public bool EndAtExpiry { get; init; }

    /// <summary>Content types besides text/event-stream that may end cleanly.</summary>
    public IReadOnlyList<string> Streams { get; init; } = [];
}

/// <summary>Metadata <c>Session</c>.</summary>
internal enum SessionPolicy
{
    /// <summary>No credential: go through.</summary>
    Optional,

    /// <summary>No credential, or an unknown one: 401.</summary>
    Required,

    /// <summary>Credentials are not read; the hygiene of path, method, host and headers holds.</summary>
    Ignore,
}

/// <summary>Metadata <c>WhenStale</c>: what a node without a usable lease does.</summary>
internal enum WhenStale { Reject, Serve }
