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

    /// <summary>Whether the path leads to another route than the one that was matched, or to none.</summary>
    public bool LeadsElsewhere(HttpContext context, string path, Endpoint matched)
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
        return slot.Endpoint != matched || CaseLeadsElsewhere(path, matched);
    }

    /// <summary>Routing does not look at case. Where a route's literal text is sent in another case, a server that does
    /// look would go on to another route, if there is one.</summary>
    public bool CaseLeadsElsewhere(ReadOnlySpan<char> path, Endpoint matched)
    {
        if (PatternOf(matched) is not { } pattern || pattern.HasExactLiterals(path)) return false;
        foreach (EndpointDataSource source in _routes.DataSources)
            foreach (Endpoint other in source.Endpoints)
                if (other != matched && PatternOf(other) is { } theirs && theirs.Matches(path) && theirs.HasExactLiterals(path)) return true;
        return false;
    }

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
