using Gateway.Http;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration;

/// <summary>The section <c>ReverseProxy</c>: its keys against YARP's own types, its values by YARP's own validator, and the
/// metadata that this gateway reads.</summary>
internal sealed class ProxyValidator(List<Problem> problems)
{
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
            RouteMetadata.Check(route, path + ":Metadata", realms, problems);
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
