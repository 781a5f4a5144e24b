using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace Gateway.Credentials;

/// <summary>Tells to which route a path leads, by the same routing that the request itself has gone through: hosts, methods,
/// headers and queries count as they do there.</summary>
internal sealed class RouteTable
{
    private readonly ConditionalWeakTable<Endpoint, Pattern> _patterns = [];
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

    private Pattern? PatternOf(Endpoint endpoint) => endpoint is RouteEndpoint route
        ? _patterns.TryGetValue(endpoint, out Pattern? pattern) ? pattern : _patterns.GetValue(endpoint, _ => new Pattern(route.RoutePattern)) : null;

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

    private sealed class Pattern
    {
        private readonly TemplateMatcher _matcher;
        private readonly (int Segment, string Text)[] _literals;

        public Pattern(RoutePattern pattern)
        {
            _matcher = new TemplateMatcher(new RouteTemplate(pattern), []);
            _literals = [.. pattern.PathSegments.Index()
                .Where(segment => segment.Item.Parts is [RoutePatternLiteralPart literal] && literal.Content.Any(char.IsLetter))
                .Select(segment => (segment.Index, ((RoutePatternLiteralPart)segment.Item.Parts[0]).Content))];
        }

        public bool Matches(ReadOnlySpan<char> path) => _matcher.TryMatch(new PathString(path.ToString()), []);

        public bool HasExactLiterals(ReadOnlySpan<char> path)
        {
            if (_literals.Length == 0) return true;
            int literal = 0;
            int segment = 0;
            foreach (Range range in path.TrimStart('/').Split('/'))
            {
                if (_literals[literal].Segment == segment)
                {
                    if (!path.TrimStart('/')[range].SequenceEqual(_literals[literal].Text)) return false;
                    if (++literal == _literals.Length) return true;
                }
                segment++;
            }
            return true;
        }
    }
}
