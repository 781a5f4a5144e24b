using Gateway.Cluster;
using Gateway.Http;

namespace Gateway.Management;

/// <summary><c>/v1/nodes</c>.</summary>
internal static class NodeEndpoints
{
    public static string Version { get; } = typeof(NodeEndpoints).Assembly.GetName().Version!.ToString(3);

    public static void MapNodes(this IEndpointRouteBuilder v1)
        => v1.MapGet("/nodes", List).WithTags("Nodes").WithSummary("The nodes of the cluster, with lease, position and lag")
            .Produces<PageAnswer<NodeAnswer>>().Problems(503);

    private static IResult List(ClusterStatus status) => ManagementJson.Answer(new PageAnswer<NodeAnswer>(
    [
        .. status.Nodes().Select(node => new NodeAnswer
        {
            Id = node.Id,
            Version = node.Version,
            Address = node.Address,
            Lease = node.Lease,
            LeaseEnds = node.LeaseEnds,
            Position = node.Position.Number,
            Epoch = node.Position.Epoch,
            Lag = node.Lag,
            Repairing = node.Repairing,
            Ready = node.Ready,
        }),
    ], null));
}
