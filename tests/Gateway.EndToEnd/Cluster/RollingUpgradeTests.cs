using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Rule R17: nodes of two versions in one cluster, as during an upgrade, with the older one built from this history.</summary>
public sealed class RollingUpgradeTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private RedisProcess _redis = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisProcess.StartAsync(appendOnly: false);
        _backend = await TestBackend.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _redis.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task Node_by_node_everything_that_is_revoked_stays_so_and_every_logout_is_enforced_by_both()
    {
        string? older = await OlderVersion.BuildAsync(_folder);
        Skip.If(older is null, "This copy has no history to build the older version from.");
        JsonObject settings = ClusterSettings.For(_redis.Connection, _backend, _issuer);
        await using GatewayProcess one = await GatewayProcess.StartAsync(settings, program: older),
            two = await GatewayProcess.StartAsync(settings, program: older);
        List<string> ended = [];
        await LogOutAsync("with two of the older");

        await ReplaceAsync(two);
        await LogOutAsync("with one of each");
        // A cut-off ends by id what the registry holds, in a form that the older version stops at: as long as it is there, not so.
        await SeenAsync(two, "carol", "before the cut-off");
        Assert.Equal((2, 2), (await CutOffAsync(two, "carol")).Enforced());
        await LogOutAsync("after a cut-off by the newer");
        Assert.DoesNotContain("cannot be read", one.Output);
        await ReplaceAsync(two);
        await LogOutAsync("after another start of the newer");

        await ReplaceAsync(one);
        await LogOutAsync("with two of the newer");
        await SeenAsync(one, "dave", "before the next cut-off");
        Assert.Equal((2, 2), (await CutOffAsync(two, "dave")).Enforced());
        foreach (GatewayProcess node in (GatewayProcess[])[one, two])
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, Token("dave", "before the next cut-off", issued: 20)));

        async Task ReplaceAsync(GatewayProcess node)
        {
            node.Runs = GatewayProcess.Program;
            await node.RestartAsync();
        }

        async Task LogOutAsync(string session)
        {
            foreach (GatewayProcess node in (GatewayProcess[])[one, two])
            {
                string id = $"{session} {(node == one ? 1 : 2)}";
                // A node that has just left the list counts until its lease is over.
                JsonObject answer = null!;
                await Eventually.PassesAsync(async () =>
                {
                    answer = await node.RevokeSessionAsync(id);
                    Assert.Equal((2, 2), answer.Enforced());
                });
                ended.Add(id);
            }
            foreach (GatewayProcess node in (GatewayProcess[])[one, two])
            {
                foreach (string id in ended)
                    Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, Token("alice", id, issued: -60)));
                Assert.Equal(HttpStatusCode.OK, await AskAsync(node, _issuer.Token("bob", "good")));
            }
        }
    }

    private string Token(string subject, string session, int issued) => _issuer.Token(subject, session, claims =>
    {
        claims.Remove("auth_time");
        claims["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + issued;
    });

    private static async Task<HttpStatusCode> AskAsync(GatewayProcess node, string token)
    {
        using HttpResponseMessage answer = await node.GetAsync("/a", token);
        return answer.StatusCode;
    }

    private async Task SeenAsync(GatewayProcess node, string subject, string session)
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, Token(subject, session, issued: -60)));
        await Eventually.TrueAsync(async () =>
            (await node.Management.GetStringAsync($"/v1/sessions?realm=main&subject={subject}")).Contains(session));
    }

    private static Task<JsonObject> CutOffAsync(GatewayProcess node, string subject) => node.RevokeAsync(new()
    {
        ["subject"] = subject, ["before"] = DateTimeOffset.UtcNow.AddSeconds(-30).ToString("O"),
    });
}
