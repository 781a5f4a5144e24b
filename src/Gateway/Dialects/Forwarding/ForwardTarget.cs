using Gateway.Dialects.Ory;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Dialects.Forwarding;

/// <summary>Where a call goes on to: the cluster of the route that matches it, or, for a call of the management listener,
/// which has no routes, the cluster that the dialect's configuration names.</summary>
internal sealed record ForwardTarget(string Name, ClusterState Cluster, HttpTransformer Transformer)
{
    /// <summary>Reads it. Null when there is nowhere to go.</summary>
    public static ForwardTarget? Of(DialectCall call, IProxyStateLookup proxy)
    {
        if (call.IsManagement)
            return call.Dialect.Options is OryOptions { AdministrationCluster: { } id }
                && proxy.TryGetCluster(id, out ClusterState? administration)
                ? new("cluster " + id, administration, HttpTransformer.Default)
                : null;
        return call.Context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { Cluster: { } cluster } route
            ? new("route " + route.Config.RouteId, cluster, route.Transformer)
            : null;
    }
}
