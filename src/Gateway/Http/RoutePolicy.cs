
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

    /// <summary>Tells whether a request is refused whose only credentials do not verify.</summary>
    public bool RefusesInvalid()
        => (OnInvalid ?? (Session == SessionPolicy.Required ? Http.OnInvalid.Refuse : Http.OnInvalid.Anonymous)) == Http.OnInvalid.Refuse;

    public WhenStale WhenStale { get; init; } = WhenStale.Reject;

    /// <summary>Whether what is not good is refused, or only reported.</summary>
    public EnforcementMode Mode { get; init; } = EnforcementMode.Enforce;

    /// <summary>Whether a CORS preflight needs no credential.</summary>
    public Preflight Preflight { get; init; } = Preflight.Forward;

    /// <summary>Whether headers that override the method go on.</summary>
    public HeaderPolicy MethodOverride { get; init; } = HeaderPolicy.Drop;

    /// <summary>Whether headers of the client's own go on that have the names of those of <see cref="ForwardIdentity"/>.</summary>
    public HeaderPolicy IdentityHeaders { get; init; } = HeaderPolicy.Drop;

    /// <summary>Tells whether a node without a usable lease lets its requests through.</summary>
    public bool MayServeStale() => WhenStale == WhenStale.Serve || Mode == EnforcementMode.Report;

    /// <summary>Tells whether its requests pass only under a lease.</summary>
    public bool NeedsLease() => Session != SessionPolicy.Ignore && !MayServeStale();

    /// <summary>Send X-Session-Id, X-Session-Subject and X-Session-Realm to the backend.</summary>
    public bool ForwardIdentity { get; init; }

    /// <summary>End live connections when the token they were opened with expires; default false.</summary>
    public bool EndAtExpiry { get; init; }

    /// <summary>What is read inside of WebSockets: sign-ins that no request shows.</summary>
    public MessagePolicy Messages { get; init; } = MessagePolicy.None;

    /// <summary>Content types besides text/event-stream that may end cleanly.</summary>
    public IReadOnlyList<string> Streams { get; init; } = [];
}
