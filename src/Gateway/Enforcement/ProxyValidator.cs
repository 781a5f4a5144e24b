using System.Text;
using Gateway.Configuration;
using Gateway.Http;
using Gateway.Realms;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Enforcement;

/// <summary>Checks the section <c>ReverseProxy</c>: its keys against YARP's own types, its values by YARP's own validator, and the
/// metadata that this gateway reads.</summary>
internal sealed class ProxyValidator : IConfigurationValidator
{
    private sealed record Section
    {
        public Dictionary<string, RouteConfig> Routes { get; init; } = [];
        public Dictionary<string, ClusterConfig> Clusters { get; init; } = [];
    }

    public void Validate(Checks checks)
    {
        int before = checks.Found;
        Section section = checks.Bind<Section>("ReverseProxy");
        bool readable = checks.Found == before;
        // Routes are taken by a running gateway, which keeps its realms and its CORS policies.
        IReadOnlyCollection<string> realms = checks.OptionsInForce<RealmsOptions>().Keys;
        CorsPoliciesOptions cors = checks.OptionsInForce<CorsPoliciesOptions>();
        foreach ((string id, RouteConfig route) in section.Routes)
        {
            Checks at = checks.At($"ReverseProxy:Routes:{id}");
            RouteMetadata.Check(route, realms, at.At(nameof(route.Metadata)));
            Policies(route, cors, at);
            if (string.IsNullOrEmpty(route.ClusterId)) at.Add(nameof(route.ClusterId), "is missing; name the cluster that answers.");
            else
                at.That(section.Clusters.ContainsKey(route.ClusterId), nameof(route.ClusterId),
                    $"there is no cluster '{route.ClusterId}'; configured: {string.Join(", ", section.Clusters.Keys)}.");
        }
        foreach ((string id, ClusterConfig cluster) in section.Clusters)
        {
            // Read in one way and written in another, a value would be changed on its way.
            Same(cluster.HttpClient?.RequestHeaderEncoding, "RequestHeaderEncoding", Encoding.UTF8);
            Same(cluster.HttpClient?.ResponseHeaderEncoding, "ResponseHeaderEncoding", Encoding.Latin1);

            void Same(string? encoding, string key, Encoding byDefault)
            {
                string? kestrel = checks.Configuration["Kestrel:" + key];
                if (string.IsNullOrEmpty(encoding) || HeaderEncoding.Complaint(encoding) is not null
                    || HeaderEncoding.Complaint(kestrel) is not null) return;
                checks.That((HeaderEncoding.Named(kestrel) ?? byDefault).WebName == HeaderEncoding.Named(encoding)!.WebName,
                    $"ReverseProxy:Clusters:{id}:HttpClient:{key}",
                    $"is {encoding}, and clients' headers are in {kestrel ?? byDefault.WebName}. Set Kestrel:{key} to the same.");
            }
        }
        foreach ((string id, ClusterConfig cluster) in section.Clusters)
            foreach ((string name, DestinationConfig destination) in cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
                checks.That(Checks.IsHttpUrl(destination.Address), $"ReverseProxy:Clusters:{id}:Destinations:{name}:Address",
                    $"'{destination.Address}' is no http or https URL; write it like http://127.0.0.1:5000/.");
        // YARP's own loader stops at the first value that it cannot read; those have been reported by now. Its validators are
        // written to be awaited, but have nothing to wait for.
        if (readable) AskYarpAsync(checks).GetAwaiter().GetResult();
    }

    // Policies that an application would define in code. A name that nobody reads would leave a route open that seems guarded.
    private static void Policies(RouteConfig route, CorsPoliciesOptions cors, Checks checks)
    {
        if (route.CorsPolicy is { Length: > 0 } named && !CorsPolicies.IsDisable(named)
            && !cors.Keys.Any(name => CorsPolicies.IsNamed(named, name)))
        {
            string known = cors.Count == 0 ? "None is configured" : "Configured: " + string.Join(", ", cors.Keys);
            checks.Add(nameof(route.CorsPolicy), $"there is no policy '{named}'; write it under Gateway:Cors:{named}. {known}.");
        }
        checks.That(IsNone(route.AuthorizationPolicy, "Anonymous"), nameof(route.AuthorizationPolicy),
            $"'{route.AuthorizationPolicy}' would guard nothing: this gateway asks for a session where Metadata says \"Session\": "
                + "\"Required\". "
            + "Say that, and take it out.");
        checks.That(IsNone(route.RateLimiterPolicy, "Disable"), nameof(route.RateLimiterPolicy),
            $"'{route.RateLimiterPolicy}' would limit nothing: this gateway has no rate limits of its own. Take it out.");

        static bool IsNone(string? policy, string none)
            => string.IsNullOrEmpty(policy) || policy.Equals(none, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task AskYarpAsync(Checks checks)
    {
        ServiceCollection services = [];
        services.AddLogging().AddSingleton(checks.Configuration).AddSingleton(TimeProvider.System).AddRouting()
            .AddProxy(checks.Configuration, cors: []);
        await using ServiceProvider provider = services.BuildServiceProvider();
        IProxyConfig proxy = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
        IConfigValidator validator = provider.GetRequiredService<IConfigValidator>();
        foreach (RouteConfig route in proxy.Routes)
        {
            // The policies were looked at above.
            RouteConfig rest = route with { CorsPolicy = null, AuthorizationPolicy = null, RateLimiterPolicy = null };
            Report($"ReverseProxy:Routes:{route.RouteId}", await validator.ValidateRouteAsync(rest));
        }
        foreach (ClusterConfig cluster in proxy.Clusters)
            Report($"ReverseProxy:Clusters:{cluster.ClusterId}", await validator.ValidateClusterAsync(cluster));

        void Report(string path, IList<Exception> errors)
        {
            foreach (Exception error in errors) checks.Add(path, error.Message);
        }
    }
}
