using Gateway.Cluster;
using Gateway.Configuration;

namespace Gateway.Management;

/// <summary>One gateway process of the cluster.</summary>
internal sealed record NodeAnswer
{
    public required string Id { get; init; }
    public required string Version { get; init; }
    public required string Address { get; init; }

    /// <summary>Whether it holds a usable lease.</summary>
    public required bool Lease { get; init; }
    public required long Position { get; init; }
    public required string Reign { get; init; }

    /// <summary>Facts of the log that it has not applied yet.</summary>
    public required long Lag { get; init; }
    public required bool Ready { get; init; }
}

/// <summary><c>/v1/nodes</c>.</summary>
internal static class NodeEndpoints
{
    public static string Version { get; } = typeof(NodeEndpoints).Assembly.GetName().Version!.ToString(3);

    public static void MapNodes(this IEndpointRouteBuilder v1)
        => v1.MapGet("/nodes", List).WithTags("Nodes").WithSummary("The nodes of the cluster, with lease, position and lag").Produces<PageAnswer<NodeAnswer>>().Problems(503);

    private static IResult List(Node node, Lease lease, LogTail tail, ClusterOptions options) => ManagementJson.Answer(new PageAnswer<NodeAnswer>(
    [
        new()
        {
            Id = node.Id,
            Version = Version,
            Address = options.Address ?? Environment.MachineName,
            Lease = lease.IsUsable,
            Position = tail.Applied.Number,
            Reign = tail.Applied.Reign,
            Lag = 0,
            Ready = lease.IsUsable && tail.CaughtUp,
        },
    ], null));
}
