using Gateway.Enforcement;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration;

/// <summary>The section <c>ReverseProxy</c>: its keys against YARP's own types, its values by YARP's own validator, and the
/// metadata that this gateway reads.</summary>
internal sealed class ProxyValidator(List<Problem> problems)
{
    private static readonly string[] OurMetadata = [nameof(RoutePolicy.Session), nameof(RoutePolicy.Realms), nameof(RoutePolicy.WhenStale), nameof(RoutePolicy.ForwardIdentity), nameof(RoutePolicy.EndAtExpiry), nameof(RoutePolicy.Streams)];

    private sealed record Section
    {
        public Dictionary<string, RouteConfig> Routes { get; init; } = [];
        public Dictionary<string, ClusterConfig> Clusters { get; init; } = [];
    }

    /// <param name="realms">Names that routes may use.</param>
    public async Task Validate(IConfiguration configuration, IReadOnlyCollection<string> realms)
    {
        int before = problems.Count;
        Section section = new StrictBinder(problems).Bind<Section>(configuration.GetSection("ReverseProxy"));
        bool readable = problems.Count == before;
        foreach ((string id, RouteConfig route) in section.Routes)
        {
            string path = $"ReverseProxy:Routes:{id}";
            Metadata(route, path + ":Metadata", realms);
            if (string.IsNullOrEmpty(route.ClusterId)) problems.Add(new(path + ":ClusterId", "is missing; name the cluster that answers."));
            else if (!section.Clusters.ContainsKey(route.ClusterId)) problems.Add(new(path + ":ClusterId", $"there is no cluster '{route.ClusterId}'; configured: {string.Join(", ", section.Clusters.Keys)}."));
        }
        foreach ((string id, ClusterConfig cluster) in section.Clusters)
            foreach ((string name, DestinationConfig destination) in cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
                if (!Checks.IsHttpUrl(destination.Address)) problems.Add(new($"ReverseProxy:Clusters:{id}:Destinations:{name}:Address", $"'{destination.Address}' is no http or https URL; write it like http://127.0.0.1:5000/."));
        const string administration = "Gateway:Dialects:Ory:AdministrationCluster";
        if (configuration[administration] is { } named && !section.Clusters.ContainsKey(named))
            problems.Add(new(administration, $"there is no cluster '{named}'; configured: {string.Join(", ", section.Clusters.Keys)}."));
        // YARP's own loader stops at the first value that it cannot read; those have been reported by now.
        if (readable) await AskYarp(configuration);
    }

    private void Metadata(RouteConfig route, string path, IReadOnlyCollection<string> realms)
    {
        foreach ((string key, string value) in route.Metadata ?? new Dictionary<string, string>())
        {
            string at = $"{path}:{key}";
            if (OurMetadata.FirstOrDefault(ours => ours.Equals(key, StringComparison.OrdinalIgnoreCase)) is not { } known)
            {
                // Other metadata is other people's business, unless it looks like ours mistyped.
                if (OurMetadata.FirstOrDefault(ours => Suggestion.Distance(ours.ToLowerInvariant(), key.ToLowerInvariant().Replace(" ", "").Replace("-", "").Replace("_", "")) <= (ours.Length > 6 ? 2 : 1)) is { } meant)
                    problems.Add(new(at, $"is not read by anybody. Did you mean {meant}?"));
                continue;
            }
            switch (known)
            {
                case nameof(RoutePolicy.Session): Scalar(typeof(SessionPolicy)); break;
                case nameof(RoutePolicy.WhenStale): Scalar(typeof(WhenStale)); break;
                case nameof(RoutePolicy.ForwardIdentity) or nameof(RoutePolicy.EndAtExpiry): Scalar(typeof(bool)); break;
                case nameof(RoutePolicy.Realms):
                    foreach (string realm in RoutePolicies.List(value).Where(realm => !realms.Contains(realm)))
                        problems.Add(new(at, $"there is no realm '{realm}'; {(realms.Count == 0 ? "none is configured" : "configured: " + string.Join(", ", realms))}."));
                    break;
                default:
                    foreach (string type in RoutePolicies.List(value).Where(type => !System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out _)))
                        problems.Add(new(at, $"'{type}' is no content type; write it like application/x-ndjson."));
                    break;
            }
            void Scalar(Type type)
            {
                if (!Scalars.TryRead(value, type, out _)) problems.Add(new(at, $"'{value}' is not {Scalars.Describe(type)}."));
            }
        }
        RoutePolicy? policy = problems.Any(problem => problem.Path.StartsWith(path, StringComparison.Ordinal)) ? null : RoutePolicies.Parse(route);
        if (policy is { Session: SessionPolicy.Required } && realms.Count == 0)
            problems.Add(new($"{path}:Session", "Required needs a realm to know sessions by; configure one under Gateway:Realms."));
    }

    private async Task AskYarp(IConfiguration configuration)
    {
        ServiceCollection services = [];
        services.AddLogging().AddSingleton(configuration).AddSingleton(TimeProvider.System).AddRouting().AddProxy(configuration);
        await using ServiceProvider provider = services.BuildServiceProvider();
        IProxyConfig proxy = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
        IConfigValidator validator = provider.GetRequiredService<IConfigValidator>();
        foreach (RouteConfig route in proxy.Routes) Report($"ReverseProxy:Routes:{route.RouteId}", await validator.ValidateRouteAsync(route));
        foreach (ClusterConfig cluster in proxy.Clusters) Report($"ReverseProxy:Clusters:{cluster.ClusterId}", await validator.ValidateClusterAsync(cluster));

        void Report(string path, IList<Exception> errors)
        {
            foreach (Exception error in errors) problems.Add(new(path, error.Message));
        }
    }
}
