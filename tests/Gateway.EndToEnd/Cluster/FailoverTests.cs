using System.Net;
using System.Text.Json.Nodes;
using Gateway.Revocation;
using Gateway.Store.Redis;

namespace Gateway.EndToEnd.Cluster;

/// <summary>
/// The other shapes of Redis: Sentinel with a replica that was behind, Redis Cluster, a password, replicas that must have it.
/// </summary>
public sealed class FailoverTests
{
    internal static Fact.Revocation Revocation(string session) => new()
    {
        Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(30), Actor = "test",
        Target = new Target.Session("main", session),
    };

    [Fact]
    public async Task A_failover_to_a_replica_that_was_behind_loses_nothing_that_was_answered()
    {
        await using RedisProcess master = await RedisProcess.StartAsync(appendOnly: false);
        await using RedisProcess behind = await RedisProcess.StartAsync(appendOnly: false, null, "--replicaof", "127.0.0.1",
            $"{master.Port}");
        await using RedisProcess other = await RedisProcess.StartAsync(appendOnly: false, null, "--replicaof", "127.0.0.1",
            $"{master.Port}");
        using TempFolder folder = new();
        int sentinelPort = FreePort.Take();
        string file = folder.Write("sentinel.conf", $"""
            port {sentinelPort}
            bind 127.0.0.1
            sentinel monitor mymaster 127.0.0.1 {master.Port} 1
            sentinel down-after-milliseconds mymaster 500
            sentinel failover-timeout mymaster 4000
            """);
        await using ChildProcess sentinel = ChildProcess.Start("redis-sentinel", [file], folder.Path);
        await Eventually.TrueAsync(async () => (await master.CommandAsync("INFO", "replication"))!.Split("state=online").Length == 3);
        await Eventually.TrueAsync(() => sentinel.Output.Split("+slave").Length == 3);

        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = ClusterSettings.For($"127.0.0.1:{sentinelPort},serviceName=mymaster", backend, issuer);
        await using InProcessGateway one = await InProcessGateway.StartAsync(settings), two = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(one);
        await ClusterFixture.ReadyAsync(two);
        Assert.Equal((2, 2), (await one.RevokeSessionAsync("before")).Enforced());

        // One replica stops listening, the master forgets it, and takes one more logout, which the other replica has as well; both die.
        await behind.FreezeAsync();
        await master.CommandAsync("CLIENT", "KILL", "TYPE", "replica");
        await Eventually.PassesAsync(async () => Assert.Equal((2, 2), (await one.RevokeSessionAsync("late")).Enforced()));
        await master.Kill9Async();
        await other.Kill9Async();
        await behind.ContinueAsync();

        string token = issuer.Token(session: "late"), good = issuer.Token(session: "good");
        await Eventually.TrueAsync(async () =>
        {
            foreach (InProcessGateway node in (InProcessGateway[])[one, two])
                Assert.NotEqual(HttpStatusCode.OK, (await node.GetAsync("/a", token)).StatusCode);
            try
            {
                return (await behind.CommandAsync("INFO", "replication"))!.Contains("role:master")
                    && await behind.CommandAsync("EXISTS", "gateway:revoked:session:main:late") == "1";
            }
            catch (IOException)
            {
                return false;   // a server that is promoted closes its clients' connections
            }
        }, TimeSpan.FromSeconds(90));
        // A master that nobody follows could be one that was left (rule R16): with a replica again it goes on.
        await other.RestartAsync(keepData: false);
        await Eventually.PassesAsync(async () =>
        {
            Assert.Equal((2, 2), (await two.RevokeSessionAsync("after")).Enforced());
            foreach (InProcessGateway node in (InProcessGateway[])[one, two])
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", token)).StatusCode);
                Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", good)).StatusCode);
            }
        }, TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Settings_with_which_two_masters_could_grant_leases_are_named_and_nothing_is_enforced_everywhere()
    {
        await using RedisProcess master = await RedisProcess.StartAsync(appendOnly: false);
        await using RedisProcess replica = await RedisProcess.StartAsync(appendOnly: false, null, "--replicaof", "127.0.0.1",
            $"{master.Port}");
        await Eventually.TrueAsync(async () => (await master.CommandAsync("INFO", "replication"))!.Contains("state=online"));
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = ClusterSettings.For($"127.0.0.1:{master.Port},127.0.0.1:{replica.Port}", backend, issuer)
            .Set("Gateway:Store:Replicas", 0);
        await using InProcessGateway node = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(node);
        Assert.Equal((1, 2), (await node.RevokeSessionAsync("s")).Enforced());
        await Eventually.TrueAsync(() => node.Log.Text.Contains("Set it to 1 or more"));
        using TempFolder folder = new();
        folder.Write("gateway.json", settings.ToJsonString());
        (int code, string output) = await GatewayProcess.CommandAsync(folder.Path, "check", "--online");
        Assert.Equal(1, code);
        Assert.Matches("FAILED +Redis: Redis has 1 replica, and Gateway:Store:Replicas is 0", output);
    }

    [Fact]
    public async Task Redis_Cluster_holds_the_log_in_one_slot()
    {
        RedisProcess[] servers = new RedisProcess[3];
        try
        {
            for (int i = 0; i < 3; i++)
                servers[i] = await RedisProcess.StartAsync(appendOnly: false, null, "--cluster-enabled", "yes", "--cluster-port",
                    $"{FreePort.Take()}");
            using TempFolder folder = new();
            await using ChildProcess create = ChildProcess.Start("redis-cli",
                ["--cluster", "create", .. servers.Select(server => server.Connection), "--cluster-yes"], folder.Path);
            Assert.Equal(0, await create.ExitAsync());
            foreach (RedisProcess server in servers)
                await Eventually.TrueAsync(async () => (await server.CommandAsync("CLUSTER", "INFO"))!.Contains("cluster_state:ok"));
            foreach (RedisProcess server in servers)
            {
                await using LoneLog log = await LoneLog.StartAsync(server, "{gateway}");
                Fact.Revocation fact = Revocation(server.Connection);
                await Eventually.PassesAsync(async () => await log.Log.AppendAsync(fact, default));
                LogPage page = await log.Log.ReadFromAsync(LogPosition.Start, 100, default);
                Assert.Contains(page.Entries, entry => entry.Fact.Id == fact.Id);
            }
        }
        finally
        {
            foreach (RedisProcess? server in servers)
                if (server is not null) await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task In_a_Redis_Cluster_the_replicas_that_are_told_are_those_of_the_shard_that_holds_the_log()
    {
        RedisProcess[] servers = new RedisProcess[4];
        try
        {
            for (int i = 0; i < 4; i++)
                servers[i] = await RedisProcess.StartAsync(appendOnly: false, null, "--cluster-enabled", "yes", "--cluster-port",
                    $"{FreePort.Take()}");
            using TempFolder folder = new();
            await using ChildProcess create = ChildProcess.Start("redis-cli",
                ["--cluster", "create", .. servers[..3].Select(server => server.Connection), "--cluster-yes"], folder.Path);
            Assert.Equal(0, await create.ExitAsync());
            int holds = -1;
            for (int i = 0; i < 3; i++)
            {
                await Eventually.TrueAsync(async () => (await servers[i].CommandAsync("CLUSTER", "INFO"))!.Contains("cluster_state:ok"));
                // Two names in one slot at a time: where the first is taken, so is the log.
                try { await servers[i].CommandAsync("SET", "{gateway}:here", "1"); holds = i; }
                catch (InvalidOperationException error) when (error.Message.StartsWith("MOVED", StringComparison.Ordinal)) { }
            }
            // Only the shard that holds the log has a replica.
            await using ChildProcess add = ChildProcess.Start("redis-cli",
                ["--cluster", "add-node", servers[3].Connection, servers[holds].Connection, "--cluster-slave", "--cluster-master-id",
                    (await servers[holds].CommandAsync("CLUSTER", "MYID"))!], folder.Path);
            Assert.Equal(0, await add.ExitAsync());
            await Eventually.TrueAsync(async () => (await servers[holds].CommandAsync("INFO", "replication"))!.Contains("state=online"));
            for (int i = 0; i < 3; i++)
            {
                await using LoneLog log = await LoneLog.StartAsync(servers[i], "{gateway}", replicas: 1);
                await Eventually.PassesAsync(async () =>
                    Assert.Equal(1, (await log.Log.AppendAsync(Revocation("s" + i), default)).Replicas));
            }
        }
        finally
        {
            foreach (RedisProcess? server in servers)
                if (server is not null) await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("gateway", false)]
    [InlineData("{gateway}", true)]
    [InlineData("{a}b", true)]
    [InlineData("{}a", false)]
    public void With_Redis_Cluster_the_prefix_is_a_hash_tag(string prefix, bool right)
        => Assert.Equal(right, RedisChecks.WhyNotOneSlot(prefix) is null);

    [Fact]
    public async Task A_password_comes_from_the_connection_string()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await redis.CommandAsync("CONFIG", "SET", "requirepass", "a secret");
        await using LoneLog right = await LoneLog.StartAsync(redis, "p", password: "a secret"), wrong = new(redis, "p");
        await Eventually.PassesAsync(async () => await right.Log.AppendAsync(Revocation("s"), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => wrong.Log.AppendAsync(Revocation("s"), default));
    }

    [Fact]
    public async Task How_many_replicas_have_it_is_told()
    {
        await using RedisProcess master = await RedisProcess.StartAsync(appendOnly: false);
        await using LoneLog log = await LoneLog.StartAsync(master, "r", replicas: 1);
        Fact.Revocation fact = Revocation("s");
        Assert.Equal(0, (await log.Log.AppendAsync(fact, default)).Replicas);
        await using RedisProcess replica = await RedisProcess.StartAsync(appendOnly: false, null, "--replicaof", "127.0.0.1",
            $"{master.Port}");
        await Eventually.TrueAsync(async () => (await master.CommandAsync("INFO", "replication"))!.Contains("state=online"));
        await Eventually.PassesAsync(async () => Assert.Equal(1, (await log.Log.AppendAsync(Revocation("s2"), default)).Replicas));
    }
}
