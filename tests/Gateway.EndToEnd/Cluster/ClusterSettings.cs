using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Settings of a node of a test's cluster.</summary>
internal static class ClusterSettings
{
    public static JsonObject For(string connection, TestBackend backend, TestIssuer issuer, string lease = "00:00:03",
        string prefix = "gateway")
        => GatewaySettings.For(backend, issuer)
            .Route(("Session", "Required"))
            .Set("Gateway:Store:Kind", "Redis")
            .Set("Gateway:Store:Connection", connection)
            .Set("Gateway:Store:Prefix", prefix)
            .Set("Gateway:Cluster:Lease", lease)
            .Set("Gateway:Cluster:AnswerWithin", "00:00:05");

    public static (int Nodes, int Of) Enforced(this JsonObject answer)
        => ((int)answer["enforced"]!["nodes"]!, (int)answer["enforced"]!["of"]!);
}
