namespace Gateway.Http;

/// <summary>What a route asks of the gateway: the <c>Metadata</c> of a YARP route, as metadata of its endpoint.</summary>
internal sealed record RoutePolicy
{
    public SessionPolicy Session { get; init; } = SessionPolicy.Optional;

    /// <summary>Realms whose locations are read; empty means every realm. The locations of the others are stripped.</summary>
    public IReadOnlyList<string> Realms { get; init; } = [];

    /// <summary>What becomes of a request whose credential does not verify; null: <see cref="OnInvalid.Refuse"/> where a session is
    /// required, <see cref="OnInvalid.Anonymous"/> elsewhere.</summary>
    public OnInvalid? OnInvalid { get; init; }

    /// <summary>Whether a request is refused whose only credentials do not verify.</summary>
    public bool RefusesInvalid() => (OnInvalid ?? (Session == SessionPolicy.Required ? Http.OnInvalid.Refuse : Http.OnInvalid.Anonymous)) == Http.OnInvalid.Refuse;

    public WhenStale WhenStale { get; init; } = WhenStale.Reject;

    /// <summary>Send X-Session-Id, X-Session-Subject and X-Session-Realm to the backend.</summary>
    public bool ForwardIdentity { get; init; }

    /// <summary>End live connections when the token they were opened with expires; default false.</summary>
    public bool EndAtExpiry { get; init; }

    /// <summary>Content types besides text/event-stream that may end cleanly.</summary>
    public IReadOnlyList<string> Streams { get; init; } = [];
}
