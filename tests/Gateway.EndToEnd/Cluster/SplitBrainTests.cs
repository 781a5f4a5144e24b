using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Cluster;

/// <summary>
/// Rule R16: a master that is cut off from everybody but one node, three real sentinels, and a replica that becomes master.
/// </summary>
public sealed class SplitBrainTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await TestBackend.StartAsync();

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_node_with_the_master_that_was_left_lets_nobody_through_whom_the_others_have_ended()
    {
        await using RedisProcess master = await RedisProcess.StartAsync(appendOnly: false);
        // Everybody but one node reaches the master by this way.
        await using TcpRelay way = new(master.Port);
        await using RedisProcess one = await ReplicaAsync(way), two = await ReplicaAsync(way);
        using TempFolder folder = new();
        List<(ChildProcess Process, int Port)> sentinels = [];
        try
        {
            for (int i = 0; i < 3; i++) sentinels.Add(Sentinel(folder, way.Port));
            await Eventually.TrueAsync(async () =>
                (await master.CommandAsync("INFO", "replication"))!.Split("state=online").Length == 3
                && sentinels.TrueForAll(sentinel => Seen(sentinel.Process, "+slave") == 2 && Seen(sentinel.Process, "+sentinel ") == 2));

            JsonObject settings = ClusterSettings.For($"127.0.0.1:{master.Port}", _backend, _issuer);
            await using InProcessGateway left = await InProcessGateway.StartAsync(settings);
            await using InProcessGateway with = await InProcessGateway.StartAsync(settings.Set("Gateway:Store:Connection",
                string.Join(',', sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}")) + ",serviceName=mymaster"));
            await ClusterFixture.ReadyAsync(left);
            await ClusterFixture.ReadyAsync(with);
            JsonObject before = await with.RevokeSessionAsync("before");
            Assert.Equal(((2, 2), 1), (before.Enforced(), Math.Min(1, (int)before["enforced"]!["replicas"]!)));

            way.Cut(toServer: true, toClient: true);
            int everywhere = 0;
            await Eventually.TrueAsync(async () =>
            {
                string session = $"s{Guid.NewGuid():N}", token = _issuer.Token(session: session);
                (int nodes, int of) = await RevokedAsync(with, session);
                if (nodes != of) return false;
                Assert.NotEqual(HttpStatusCode.OK, (await left.GetAsync("/a", token)).StatusCode);
                return ++everywhere == 10;
            }, TimeSpan.FromSeconds(120));

            // The others go on; the one that was left says so, and what is ended there is ended for sure nowhere else.
            await Eventually.PassesAsync(async () =>
                Assert.Equal(HttpStatusCode.OK, (await with.GetAsync("/a", _issuer.Token(session: "good"))).StatusCode));
            Assert.NotEqual(HttpStatusCode.OK, (await left.GetAsync("/a", _issuer.Token(session: "good"))).StatusCode);
            Assert.Contains("must confirm that they follow it", await (await left.Management.GetAsync("/readyz")).Content
                .ReadAsStringAsync());
            (int nodesLeft, int ofLeft) = await RevokedAsync(left, "on the wrong side");
            Assert.True(nodesLeft < ofLeft);
        }
        finally
        {
            foreach ((ChildProcess process, _) in sentinels) await process.DisposeAsync();
        }
    }

    private static Task<RedisProcess> ReplicaAsync(TcpRelay way)
        => RedisProcess.StartAsync(appendOnly: false, null, "--replicaof", "127.0.0.1", $"{way.Port}");

    private static (ChildProcess, int) Sentinel(TempFolder folder, int master)
    {
        int port = FreePort.Take();
        string file = folder.Write($"sentinel-{port}.conf", $"""
            port {port}
            bind 127.0.0.1
            sentinel monitor mymaster 127.0.0.1 {master} 2
            sentinel down-after-milliseconds mymaster 1000
            sentinel failover-timeout mymaster 5000
            """);
        return (ChildProcess.Start("redis-sentinel", [file], folder.Path), port);
    }

    private static int Seen(ChildProcess process, string what) => process.Output.Split(what).Length - 1;

    // A logout that the log could not take is enforced nowhere.
    private static async Task<(int Nodes, int Of)> RevokedAsync(InProcessGateway node, string session)
    {
        using StringContent body = new(new JsonObject { ["session"] = session }.ToJsonString(), null, "application/json");
        using HttpResponseMessage answer = await node.Management.PostAsync("/v1/revocations", body);
        return answer.StatusCode == HttpStatusCode.Created
            ? JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject().Enforced() : (0, 1);
    }
}
