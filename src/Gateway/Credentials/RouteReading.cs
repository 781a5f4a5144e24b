using Gateway.Http;
using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>What the way of a request needs to know of its route stands beside the route's endpoint from when it is built.</summary>
internal static class RouteReading
{
    public static ReverseProxyConventionBuilder WithReading(this ReverseProxyConventionBuilder proxy, RealmSet realms, EnforcementMode mode)
        => proxy.ConfigureEndpoints((endpoint, route) =>
        {
            RoutePolicy policy = RouteMetadata.Parse(route, mode);
            endpoint.WithMetadata(policy, new ReadingPlan(realms, policy));
            endpoint.Add(static built =>
            {
                if (built is RouteEndpointBuilder proxied) built.Metadata.Add(new PathPattern(proxied.RoutePattern));
            });
        });
}
