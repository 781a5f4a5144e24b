using System.Runtime.CompilerServices;
using Gateway.Enforcement;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration;

/// <summary>The policy of each route, read from its <c>Metadata</c> once for each loaded configuration. Looking one up
/// takes no lock; what a reload replaces is collected with the old routes.</summary>
internal sealed class RoutePolicies
{
    private static readonly char[] Separators = [',', ' ', ';'];

    private readonly ConditionalWeakTable<RouteConfig, RoutePolicy> _policies = [];

    public RoutePolicy For(RouteConfig route) => _policies.TryGetValue(route, out RoutePolicy? policy) ? policy : _policies.GetValue(route, Parse);

    /// <summary>Values that do not parse were refused when the configuration was loaded.</summary>
    public static RoutePolicy Parse(RouteConfig route)
    {
        IReadOnlyDictionary<string, string>? metadata = route.Metadata;
        if (metadata is null || metadata.Count == 0) return new();
        return new()
        {
            Session = Enum.Parse<SessionPolicy>(Value(nameof(RoutePolicy.Session), nameof(SessionPolicy.Optional)), ignoreCase: true),
            Realms = List(nameof(RoutePolicy.Realms)),
            WhenStale = Enum.Parse<WhenStale>(Value(nameof(RoutePolicy.WhenStale), nameof(WhenStale.Reject)), ignoreCase: true),
            ForwardIdentity = bool.Parse(Value(nameof(RoutePolicy.ForwardIdentity), bool.FalseString)),
            EndAtExpiry = bool.Parse(Value(nameof(RoutePolicy.EndAtExpiry), bool.FalseString)),
            Streams = List(nameof(RoutePolicy.Streams)),
        };

        string Value(string key, string otherwise) => metadata.TryGetValue(key, out string? value) ? value : otherwise;
        string[] List(string key) => RoutePolicies.List(Value(key, ""));
    }

    /// <summary>The words of a list in metadata, where a value can only be one text: <c>"main, other"</c>.</summary>
    public static string[] List(string value) => value.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
