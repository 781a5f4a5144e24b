using Gateway.Configuration;
using Gateway.Enforcement;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Cluster;

/// <summary>Rule R7: whether any route of this node serves when stale. Read anew for each renewal, since routes reload live.</summary>
internal sealed class RouteStaleness(IEnumerable<IProxyConfigProvider> providers, RoutePolicies policies)
{
    public bool AnyServes => providers.Any(provider => provider.GetConfig().Routes.Any(route => policies.For(route).WhenStale == WhenStale.Serve));
}
