using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Credentials;

/// <summary>Tells to which route a path leads, by the same routing that the request itself has gone through: hosts, methods,
/// headers and queries count as they do there.</summary>
internal sealed class RouteTable
{
    private readonly Lazy<RequestDelegate> _match;
    private readonly IEndpointRouteBuilder _routes;

    public RouteTable(WebApplication app)
    {
        _routes = app;
        _match = new(() => Matcher(app), LazyThreadSafetyMode.ExecutionAndPublication);
    }

    /// <summary>Adds the routes to which a reading of the path leads.</summary>
    public void AddRoutes(HttpContext context, string path, HashSet<Endpoint> found)
    {
        EndpointSlot slot = new();
        FeatureCollection features = new(context.Features);
        IHttpRequestFeature request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = request.Method, Scheme = request.Scheme, Protocol = request.Protocol, Headers = request.Headers,
            QueryString = request.QueryString, RawTarget = request.RawTarget, PathBase = request.PathBase, Path = path,
        });
        features.Set<IEndpointFeature>(slot);
        features.Set<IRouteValuesFeature>(slot);
        // Routing matches in memory: the task has completed.
        _match.Value(new DefaultHttpContext(features)).GetAwaiter().GetResult();
        if (slot.Endpoint is not { } matched) return;
        found.Add(matched);
        AddRoutesByCase(path, matched, found);
    }

    /// <summary>Adds routes by case, at which routing does not look. Where a route's literal text is sent in another case, a server that
    /// does look would go on to another route, if there is one.</summary>
    public void AddRoutesByCase(ReadOnlySpan<char> path, Endpoint matched, HashSet<Endpoint> found)
    {
        if (IsInItsOwnCase(path, matched)) return;
        foreach (EndpointDataSource source in _routes.DataSources)
            foreach (Endpoint other in source.Endpoints)
                if (other != matched && PatternOf(other) is { } theirs && theirs.Matches(path) && theirs.HasExactLiterals(path))
                    found.Add(other);
    }

    /// <summary>Tells whether the literal text of the matched route stands in the path as the route has it.</summary>
    public static bool IsInItsOwnCase(ReadOnlySpan<char> path, Endpoint matched)
        => PatternOf(matched) is not { } pattern || pattern.HasExactLiterals(path);

    private static PathPattern? PatternOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<PathPattern>();

    private static RequestDelegate Matcher(WebApplication app)
    {
        IApplicationBuilder matcher = ((IApplicationBuilder)app).New();
        matcher.UseRouting();
        // What is matched is not run.
        matcher.Use(static (HttpContext _, RequestDelegate _) => Task.CompletedTask);
        matcher.UseEndpoints(endpoints =>
        {
            foreach (EndpointDataSource source in ((IEndpointRouteBuilder)app).DataSources) endpoints.DataSources.Add(source);
        });
        return matcher.Build();
    }

    private sealed class EndpointSlot : IEndpointFeature, IRouteValuesFeature
    {
        public Endpoint? Endpoint { get; set; }
        public RouteValueDictionary RouteValues { get; set; } = [];
    }
}
