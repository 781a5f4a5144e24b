using Gateway.Enforcement;
using Gateway.Http;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Management;

/// <summary><c>/v1/routes</c>: the routes, as the last good configuration has them.</summary>
internal static class RouteEndpoints
{
    public static void MapRoutes(this IEndpointRouteBuilder v1)
        => v1.MapGet("/routes", List).WithTags("Routes").WithSummary("The routes that are in force, and what each asks of a request")
            .Produces<PageAnswer<RouteAnswer>>();

    private static IResult List(IEnumerable<IProxyConfigProvider> providers, EnforcementOptions enforcement)
        => ManagementJson.Answer(new PageAnswer<RouteAnswer>(
            [.. providers.SelectMany(provider => provider.GetConfig().Routes).Select(route => Of(route, enforcement))], null));

    private static RouteAnswer Of(RouteConfig route, EnforcementOptions enforcement)
    {
        RoutePolicy policy = RouteMetadata.Parse(route, enforcement.Mode);
        return new()
        {
            Id = route.RouteId,
            Path = route.Match.Path,
            Hosts = route.Match.Hosts ?? [],
            Cluster = route.ClusterId,
            Session = policy.Session.ToString(),
            Realms = policy.Realms,
            WhenStale = policy.WhenStale.ToString(),
            Mode = policy.Mode.ToString(),
        };
    }
}
