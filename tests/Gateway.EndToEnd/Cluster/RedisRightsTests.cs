using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;
using Gateway.Store.Redis;

namespace Gateway.EndToEnd.Cluster;

/// <summary>A user of Redis with the rights that the manual lists, in an ACL file.</summary>
public sealed partial class RedisRightsTests
{
    private const string Password = "p4ss-of-the-gateway";

    private static async Task<RedisProcess> StartAsync(TempFolder folder, Func<string, string> change, params string[] more)
    {
        string manual = File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "operations.md"));
        string rights = change(UserLine().Match(manual).Value.Replace("PASSWORD", Password));
        Assert.NotEmpty(rights);
        // The user "default" is the test's own, to look with.
        return await RedisProcess.StartAsync(appendOnly: false, null,
            ["--aclfile", folder.Write("users.acl", $"user default on nopass ~* &* +@all\n{rights}\n"), .. more]);
    }

    private static string As(RedisServer redis) => $"{redis.Connection},user=gateway,password={Password}";

    private static async Task<string[]> DeniedAsync(RedisServer redis)
        => [.. DeniedCommand().Matches((await redis.CommandAsync("ACL", "LOG", "1000"))!).Select(match => match.Groups[1].Value)
            .Distinct()];

    [Fact]
    public async Task The_rights_in_the_manual_are_enough_for_a_cluster()
    {
        using TempFolder folder = new();
        await using RedisProcess redis = await StartAsync(folder, line => line);
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = ClusterSettings.For(As(redis), backend, issuer, lease: "00:00:01");
        await using InProcessGateway one = await InProcessGateway.StartAsync(settings), two = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(one);
        await ClusterFixture.ReadyAsync(two);

        string token = issuer.Token(session: "s1", subject: "bob");
        Assert.Equal(HttpStatusCode.OK, (await two.GetAsync("/a", token)).StatusCode);
        JsonObject answer = await one.RevokeSessionAsync("s1");
        Assert.Equal((2, 2), answer.Enforced());
        Assert.Equal(HttpStatusCode.Unauthorized, (await two.GetAsync("/a", token)).StatusCode);
        foreach (string path in (string[])["/v1/sessions", "/v1/sessions?realm=main&subject=bob", "/v1/audit", "/v1/nodes"])
            Assert.Equal(HttpStatusCode.OK, (await two.Management.GetAsync(path)).StatusCode);
        Assert.True((await two.Management.DeleteAsync($"/v1/revocations/{answer["id"]}")).IsSuccessStatusCode);
        ISecondFactorStore factors = one.Get<ISecondFactorStore>();
        Assert.True(await factors.ReplaceAsync("test", null, "1", DateTimeOffset.UtcNow.AddMinutes(1), default));
        IVersionedStore values = one.Get<IVersionedStore>();
        Assert.True(await values.ReplaceAsync(Keyspace.SecondFactors, "test", VersionedValue.None, "1", default));
        Assert.Single(await two.Get<IVersionedStore>().ListAsync(Keyspace.SecondFactors, "", default));
        Assert.Empty(await values.ListAsync(Keyspace.ManagementKeys, "", default));
        Assert.Equal(0, await values.RestoreAsync((await one.Get<IClusterLog>().HeadAsync(default)).Epoch, default));
        Assert.True(await factors.TakeAsync("bucket", "t", 1, TimeSpan.FromMinutes(1), default));
        await factors.GiveBackAsync("bucket", "t", default);
        await one.Get<ISessionStore>().ForgetAsync(DateTimeOffset.UtcNow, default);
        await one.Get<IClusterLog>().TrimAsync(10, front: true, TimeSpan.FromSeconds(1), default);
        await one.StopAsync();

        // What the client library asks for on its own account, and does without.
        Assert.Empty((await DeniedAsync(redis)).Except(["config|get", "cluster|nodes", "cluster|slots", "echo|"]));
    }

    [Fact]
    public async Task With_Redis_Cluster_they_are_enough_too()
    {
        using TempFolder folder = new();
        await using RedisProcess redis = await StartAsync(folder,
            line => line.Replace("gateway:", "{gateway}:") + " +cluster|nodes +cluster|slots", "--cluster-enabled", "yes",
            "--cluster-announce-ip", "127.0.0.1", "--cluster-port", $"{FreePort.Take()}");
        await redis.CommandAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Eventually.TrueAsync(async () => (await redis.CommandAsync("CLUSTER", "INFO"))!.Contains("cluster_state:ok"));
        await using LoneLog log = await LoneLog.StartAsync(redis, "{gateway}", user: "gateway", password: Password);
        await log.Log.AppendAsync(FailoverTests.Revocation("s"), default);
        Assert.Single((await log.Log.ReadFromAsync(LogPosition.Start, 10, default)).Entries);
        Assert.DoesNotContain("cluster|nodes", await DeniedAsync(redis));
    }

    [Theory]
    [InlineData("+@write", "", "lacks a right in Redis")]
    [InlineData("+@connection", "", "lacks a right in Redis")]
    [InlineData("+info", "", "lacks a right in Redis")]
    [InlineData("~gateway:*", "~other:*", "lacks a right in Redis")]
    [InlineData(Password, "another", "Redis wants another user or password")]
    public async Task What_is_missing_is_said_with_the_cure(string of, string instead, string says)
    {
        using TempFolder folder = new();
        await using RedisProcess redis = await StartAsync(folder, line => line.Replace(of, instead));
        // Whoever fails to authenticate is "default".
        await redis.CommandAsync("ACL", "SETUSER", "default", "off");
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(ClusterSettings.For(As(redis), backend, issuer));
        await Eventually.PassesAsync(async () =>
        {
            using HttpResponseMessage ready = await gateway.Management.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains(says, await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        });
        using HttpResponseMessage logout = await gateway.Management.PostAsJsonAsync("/v1/revocations", new { session = "s1" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, logout.StatusCode);
        Assert.DoesNotContain(Password, gateway.Log.Text);
    }

    [Fact]
    public async Task What_only_the_client_library_asks_for_may_be_forbidden()
    {
        using TempFolder folder = new();
        await using RedisProcess redis = await StartAsync(folder, line => line + " -client -config -cluster");
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = ClusterSettings.For(As(redis), backend, issuer, lease: "00:00:01");
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(gateway);
        Assert.Equal((1, 1), (await gateway.RevokeSessionAsync("s1")).Enforced());
        using TempFolder other = new();
        string file = other.Write("gateway.json", settings.ToJsonString());
        (int code, string output) = await GatewayProcess.CommandAsync(other.Path, "check", "--config", file, "--online");
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task A_full_Redis_is_not_a_lack_of_rights()
    {
        using TempFolder folder = new();
        await using RedisProcess redis = await StartAsync(folder, line => line);
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await using LoneLog log = await LoneLog.StartAsync(redis, "gateway", user: "gateway", password: Password);
        Assert.Empty(await new RedisTrial(log.Connection).RefusedAsync(TimeSpan.FromSeconds(5), default));
        await redis.CommandAsync("ACL", "SETUSER", "gateway", "-xadd");
        Assert.Single(await new RedisTrial(log.Connection).RefusedAsync(TimeSpan.FromSeconds(5), default));
    }

    [Theory]
    [InlineData("+@scripting", "-@scripting", "scripts (EVAL)")]
    [InlineData("+info", "", "its figures (INFO)")]
    [InlineData("+@pubsub", "", "channels (PUBLISH)")]
    [InlineData("&gateway:*", "resetchannels", "channels (PUBLISH)")]
    [InlineData("+@write", "+@write -xadd", "the stream (XADD)")]
    [InlineData("~gateway:*", "~other:*", "strings (SET)")]
    public async Task Check_online_tries_what_a_gateway_does_and_names_what_is_refused(string of, string instead, string says)
    {
        using TempFolder folder = new();
        await using RedisProcess redis = await StartAsync(folder, line => line.Replace(of, instead));
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        string file = folder.Write("gateway.json", ClusterSettings.For(As(redis), backend, issuer).ToJsonString());
        (int code, string output) = await GatewayProcess.CommandAsync(folder.Path, "check", "--config", file, "--online");
        Assert.True(code == 1, output);
        Assert.True(output.Contains(says), output);
        Assert.DoesNotContain(Password, output);
        // With all of them nothing is said, and nothing stays.
        await redis.CommandAsync("ACL", "SETUSER", "gateway", "allkeys", "allchannels", "+@all");
        (code, output) = await GatewayProcess.CommandAsync(folder.Path, "check", "--config", file, "--online");
        Assert.True(code == 0, output);
        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
    }

    [Theory]
    [InlineData("", "Set sentinelUser=")]
    [InlineData(",sentinelPassword=wrong", "Set sentinelUser=")]
    [InlineData(",sentinelUser=default,sentinelPassword=guarded", null)]
    [InlineData(",sentinelPassword=guarded", "Set sentinelUser=")]
    public async Task A_sentinel_that_refuses_is_named_with_the_cure(string option, string? says)
    {
        using TempFolder folder = new();
        await using RedisProcess redis = await StartAsync(folder, line => line);
        int port = FreePort.Take();
        string config = folder.Write("sentinel.conf", $"""
            port {port}
            bind 127.0.0.1
            requirepass guarded
            sentinel monitor mymaster 127.0.0.1 {redis.Port} 1
            sentinel auth-user mymaster gateway
            sentinel auth-pass mymaster {Password}

            """);
        await using ChildProcess sentinel = ChildProcess.Start("redis-sentinel", [config], folder.Path);
        await sentinel.WaitForOutputAsync("+monitor master mymaster");
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        string file = folder.Write("gateway.json", ClusterSettings.For(
            $"127.0.0.1:{port},serviceName=mymaster,user=gateway,password={Password}{option}", backend, issuer).ToJsonString());
        (int code, string output) = await GatewayProcess.CommandAsync(folder.Path, "check", "--config", file, "--online");
        Assert.True(code == (says is null ? 0 : 1), output);
        if (says is not null) Assert.True(output.Contains(says), output);
        Assert.DoesNotContain("guarded", output);
    }

    [GeneratedRegex("^user gateway .*$", RegexOptions.Multiline)]
    private static partial Regex UserLine();

    // An entry of ACL LOG: reason, context, object.
    [GeneratedRegex("reason\n[a-z]+\ncontext\n[a-z]+\nobject\n([^\n]+)")]
    private static partial Regex DeniedCommand();
}
