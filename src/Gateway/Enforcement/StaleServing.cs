using Gateway.Cluster;
using Gateway.Http;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Enforcement;

/// <summary>Rules R7 and R19: whether a route of this node serves when stale, or something does that was opened while one did. Routes
/// reload live.</summary>
internal sealed class StaleServing(IEnumerable<IProxyConfigProvider> providers, LiveConnections connections, EnforcementOptions options)
    : IStaleServing
{
    private readonly IProxyConfigProvider[] _providers = [.. providers];
    private IProxyConfig[] _read = [];
    private bool _routes;

    public bool Any
    {
        get
        {
            IProxyConfig[] now = [.. _providers.Select(provider => provider.GetConfig())];
            if (!now.SequenceEqual(_read))
            {
                _routes = now.SelectMany(config => config.Routes).Any(route => RouteMetadata.Parse(route, options.Mode).MayServeStale());
                _read = now;
            }
            return _routes || connections.AnyServes;
        }
    }
}
