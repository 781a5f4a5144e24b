using System.Net;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Containers;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Valkey in Redis' place.</summary>
public sealed class ValkeyTests
{
    [SkippableFact]
    public async Task A_cluster_works_with_it()
    {
        await using RedisProcess valkey = await ValkeyServer.StartAsync();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        using TempFolder folder = new();
        JsonObject settings = ClusterSettings.For(valkey.Connection, backend, issuer, lease: "00:00:02");
        (int code, string output) = await GatewayProcess.CommandAsync(folder.Path, "check", "--config",
            folder.Write("gateway.json", settings.ToJsonString()), "--online");
        Assert.True(code == 0, output);
        await using InProcessGateway one = await InProcessGateway.StartAsync(settings), two = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(one);
        await ClusterFixture.ReadyAsync(two);
        string token = issuer.Token(session: "s1");
        Assert.Equal(HttpStatusCode.OK, (await two.GetAsync("/a", token)).StatusCode);
        Assert.Equal((2, 2), (await one.RevokeSessionAsync("s1")).Enforced());
        Assert.Equal(HttpStatusCode.Unauthorized, (await two.GetAsync("/a", token)).StatusCode);

        // Without its data it is another life of the log: what was answered comes back.
        await valkey.RestartAsync(keepData: false);
        await Eventually.PassesAsync(async () => Assert.Equal((2, 2), (await one.RevokeSessionAsync("s2")).Enforced()));
        await Eventually.PassesAsync(async () => Assert.NotNull(await valkey.CommandAsync("GET", "gateway:revoked:session:main:s1")));
        Assert.DoesNotContain("this gateway is made for", one.Log.Text);
    }

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach ((string suite, string test) in StoreSuites.Names) cases.Add(suite, test);
        return cases;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task What_is_kept_in_Redis_is_kept_in_it(string suite, string test)
    {
        await using RedisProcess valkey = await ValkeyServer.StartAsync();
        await StoreSuites.RunAsync(suite, test, valkey);
    }
}
