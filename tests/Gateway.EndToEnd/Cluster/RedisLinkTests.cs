using System.Text.Json.Nodes;
using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.EndToEnd.Cluster;

/// <summary>What the gateway makes of the client library.</summary>
public sealed class RedisLinkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("", 5)]
    [InlineData(",protocol=resp2", 6)]
    public async Task One_socket_holds_a_link_where_the_protocol_allows(string more, int sockets)
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using LoneLog log = new(redis, "p", more: more);
        TaskCompletionSource<string?> heard = new();
        log.Connection.Bells.Subscribe("p:bell", value => heard.TrySetResult(value));
        foreach (RedisLink link in (RedisLink[])[log.Connection.Appends, log.Connection.Reads, log.Connection.Leases, log.Connection.Bells,
            log.Connection.General])
            await link.PingAsync(Limit, default);
        await redis.CommandAsync("PUBLISH", "p:bell", "x");
        Assert.Equal("x", await heard.Task.WaitAsync(Limit));
        string clients = (await redis.CommandAsync("CLIENT", "LIST"))!;
        Assert.Equal(sockets, clients.Split('\n').Count(line => line.Contains(" name=gateway-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_bell_is_heard_long_before_the_timer()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using LoneLog log = await LoneLog.StartAsync(redis, "gateway");
        string epoch = (await log.Log.HeadAsync(default)).Epoch;
        await log.Log.RenewAsync(log.Renewal(wants: false, seen: epoch) with { Length = TimeSpan.FromMilliseconds(1) }, Limit, default);
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = ClusterSettings.For(redis.Connection, backend, issuer, lease: "00:02:00");
        await using InProcessGateway one = await InProcessGateway.StartAsync(settings), two = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(one);
        await ClusterFixture.ReadyAsync(two);
        for (int logout = 0; logout < 3; logout++) Assert.Equal((2, 2), (await one.RevokeSessionAsync("s" + logout)).Enforced());
    }

    [Fact]
    public async Task What_was_answered_as_failed_is_not_carried_out_when_Redis_returns()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync();
        RedisTopology topology = new(redis.Connection, RedisCertificates.None, Limit, TimeProvider.System);
        (ConnectionMultiplexer connection, _) = await topology.ConnectAsync("test", hears: false, default);
        TaskCompletionSource restored = new();
        connection.ConnectionRestored += (_, _) => restored.TrySetResult();
        await redis.Kill9Async();
        await Eventually.TrueAsync(() => !connection.IsConnected);
        Task[] calls = [.. Enumerable.Range(0, 10).Select(_ => connection.GetDatabase().StringIncrementAsync("count"))];
        await redis.RestartAsync();
        foreach (Task call in calls) await Assert.ThrowsAsync<RedisConnectionException>(() => call);
        await restored.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await Eventually.PassesAsync(async () => Assert.Equal(1, await connection.GetDatabase().StringIncrementAsync("after")));
        Assert.Null(await redis.CommandAsync("GET", "count"));
        await RedisTopology.CloseAsync(connection);
    }

    [Fact]
    public async Task A_server_that_became_a_replica_is_a_store_that_fails()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false),
            other = await RedisProcess.StartAsync(appendOnly: false);
        await using LoneLog log = await LoneLog.StartAsync(redis, "p");
        await log.Log.AppendAsync(FailoverTests.Revocation("before"), default);
        await redis.CommandAsync("REPLICAOF", "127.0.0.1", $"{other.Port}");
        for (int call = 0; call < 20; call++)
        {
            // With each new connection the client knows it for a replica, and does not send what only a master takes.
            await Assert.ThrowsAsync<StoreUnavailableException>(() => log.Log.AppendAsync(FailoverTests.Revocation("s" + call), default));
        }
        await redis.CommandAsync("REPLICAOF", "NO", "ONE");
        await Eventually.PassesAsync(async () => await log.Log.AppendAsync(FailoverTests.Revocation("after"), default));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("requirepass guarded", ",sentinelPassword=guarded")]
    public async Task Sentinels_have_a_password_of_their_own_or_none(string setting, string option)
    {
        await using RedisProcess master = await RedisProcess.StartAsync(appendOnly: false);
        await master.CommandAsync("CONFIG", "SET", "requirepass", "p4ss");
        using TempFolder folder = new();
        int port = FreePort.Take();
        string file = folder.Write("sentinel.conf", $"""
            port {port}
            bind 127.0.0.1
            sentinel monitor mymaster 127.0.0.1 {master.Port} 1
            sentinel auth-pass mymaster p4ss
            {setting}
            """);
        await using ChildProcess sentinel = ChildProcess.Start("redis-sentinel", [file], folder.Path);
        RedisTopology topology = new($"127.0.0.1:{port},serviceName=mymaster,password=p4ss{option}", RedisCertificates.None, Limit,
            TimeProvider.System);
        await Eventually.PassesAsync(async () =>
        {
            (ConnectionMultiplexer connection, string? led) = await topology.ConnectAsync("test", hears: false, default);
            Assert.Equal(master.Connection, led);
            await connection.GetDatabase().PingAsync();
            await RedisTopology.CloseAsync(connection);
        });
    }
}
