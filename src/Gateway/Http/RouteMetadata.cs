using System.Net.Http.Headers;
using Gateway.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Http;

/// <summary>Reads the <see cref="RoutePolicy"/> of a route from its <c>Metadata</c>, where a value can only be one text.</summary>
internal static class RouteMetadata
{
    private static readonly char[] Separators = [',', ' ', ';'];

    private static readonly string[] Keys =
    [
        nameof(RoutePolicy.Session), nameof(RoutePolicy.Realms), nameof(RoutePolicy.OnInvalid), nameof(RoutePolicy.WhenStale),
        nameof(RoutePolicy.Mode), nameof(RoutePolicy.Preflight), nameof(RoutePolicy.MethodOverride), nameof(RoutePolicy.IdentityHeaders),
        nameof(RoutePolicy.ForwardIdentity), nameof(RoutePolicy.EndAtExpiry), nameof(RoutePolicy.Messages),
        nameof(RoutePolicy.Streams),
    ];

    /// <summary>Reads values; those that do not parse were refused when the configuration was loaded.</summary>
    /// <param name="mode">Of a route that says none: <c>Gateway:Enforcement:Mode</c>.</param>
    public static RoutePolicy Parse(RouteConfig route, EnforcementMode mode)
    {
        IReadOnlyDictionary<string, string>? metadata = route.Metadata;
        if (metadata is null || metadata.Count == 0) return new() { Mode = mode };
        return new()
        {
            Session = Enum.Parse<SessionPolicy>(Value(nameof(RoutePolicy.Session), nameof(SessionPolicy.Optional)), ignoreCase: true),
            Realms = List(Value(nameof(RoutePolicy.Realms), "")),
            OnInvalid = metadata.TryGetValue(nameof(RoutePolicy.OnInvalid), out string? onInvalid)
                ? Enum.Parse<OnInvalid>(onInvalid, ignoreCase: true) : null,
            WhenStale = Enum.Parse<WhenStale>(Value(nameof(RoutePolicy.WhenStale), nameof(WhenStale.Reject)), ignoreCase: true),
            Mode = Enum.Parse<EnforcementMode>(Value(nameof(RoutePolicy.Mode), mode.ToString()), ignoreCase: true),
            Preflight = Enum.Parse<Preflight>(Value(nameof(RoutePolicy.Preflight), nameof(Preflight.Forward)), ignoreCase: true),
            MethodOverride = Headers(nameof(RoutePolicy.MethodOverride)),
            IdentityHeaders = Headers(nameof(RoutePolicy.IdentityHeaders)),
            ForwardIdentity = bool.Parse(Value(nameof(RoutePolicy.ForwardIdentity), bool.FalseString)),
            EndAtExpiry = bool.Parse(Value(nameof(RoutePolicy.EndAtExpiry), bool.FalseString)),
            Messages = Enum.Parse<MessagePolicy>(Value(nameof(RoutePolicy.Messages), nameof(MessagePolicy.None)), ignoreCase: true),
            Streams = List(Value(nameof(RoutePolicy.Streams), "")),
        };

        HeaderPolicy Headers(string key) => Enum.Parse<HeaderPolicy>(Value(key, nameof(HeaderPolicy.Drop)), ignoreCase: true);
        string Value(string key, string otherwise) => metadata.TryGetValue(key, out string? value) ? value : otherwise;
    }

    /// <summary>Reports every value that cannot be read, and every key that looks like a mistyped one of ours.</summary>
    /// <param name="realms">Names that a route may use.</param>
    /// <param name="checks">At the metadata of the route.</param>
    public static void Check(RouteConfig route, IReadOnlyCollection<string> realms, Checks checks)
    {
        int before = checks.Found;
        foreach ((string key, string value) in route.Metadata ?? new Dictionary<string, string>())
        {
            if (Keys.FirstOrDefault(ours => ours.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } known)
                foreach (string complaint in Complaints(known, value, realms)) checks.Add(key, complaint);
            // Other metadata is other people's business, unless it looks like ours mistyped.
            else if (Keys.FirstOrDefault(ours => IsLike(ours, key)) is { } meant)
                checks.Add(key, $"is not read by anybody. Did you mean {meant}?");
        }
        if (checks.Found > before) return;
        RoutePolicy policy = Parse(route, EnforcementMode.Enforce);
        checks.That(policy is not { ForwardIdentity: true, IdentityHeaders: HeaderPolicy.Allow }, nameof(RoutePolicy.IdentityHeaders),
            "and ForwardIdentity exclude one another: the backend could not tell the client's headers from the gateway's.");
        checks.That(realms.Count > 0 || policy.Session != SessionPolicy.Required, nameof(RoutePolicy.Session),
            "Required needs a realm to know sessions by; configure one under Gateway:Realms.");
    }

    private static IEnumerable<string> Complaints(string key, string value, IReadOnlyCollection<string> realms) => key switch
    {
        nameof(RoutePolicy.Session) => Scalar(value, typeof(SessionPolicy)),
        nameof(RoutePolicy.OnInvalid) => Scalar(value, typeof(OnInvalid)),
        nameof(RoutePolicy.WhenStale) => Scalar(value, typeof(WhenStale)),
        nameof(RoutePolicy.Mode) => Scalar(value, typeof(EnforcementMode)),
        nameof(RoutePolicy.Preflight) => Scalar(value, typeof(Preflight)),
        nameof(RoutePolicy.Messages) => Scalar(value, typeof(MessagePolicy)),
        nameof(RoutePolicy.MethodOverride) or nameof(RoutePolicy.IdentityHeaders) => Scalar(value, typeof(HeaderPolicy)),
        nameof(RoutePolicy.ForwardIdentity) or nameof(RoutePolicy.EndAtExpiry) => Scalar(value, typeof(bool)),
        nameof(RoutePolicy.Realms) => List(value).Where(realm => !realms.Contains(realm))
            .Select(realm =>
                $"there is no realm '{realm}'; {(realms.Count == 0 ? "none is configured" : "configured: " + string.Join(", ", realms))}."),
        _ =>
            List(value).Where(type => !MediaTypeHeaderValue.TryParse(type, out _))
                .Select(type => $"'{type}' is no content type; write it like application/x-ndjson."),
    };

    private static string[] Scalar(string value, Type type)
        => Scalars.TryRead(value, type, out _) ? [] : [$"'{value}' is not {Scalars.Describe(type)}."];

    private static bool IsLike(string ours, string key)
    {
        string plain = key.ToLowerInvariant().Replace(" ", "").Replace("-", "").Replace("_", "");
        return Suggestion.Distance(ours.ToLowerInvariant(), plain) <= (ours.Length > 6 ? 2 : ours.Length > 4 ? 1 : 0);
    }

    private static string[] List(string value)
        => value.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
