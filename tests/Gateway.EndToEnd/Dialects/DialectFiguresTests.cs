using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Cluster;

namespace Gateway.EndToEnd.Dialects;

/// <summary>Who answers in a vendor's form, and the command, say "everywhere" by the same figure as the management API.</summary>
public sealed class DialectFiguresTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private RedisProcess _redis = null!;
    private TestBackend _backend = null!;

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
    }

    [Fact]
    public async Task While_a_node_does_not_answer_every_form_says_so_and_the_command_names_it()
    {
        JsonObject settings = ClusterSettings.For(_redis.Connection, _backend, _issuer, lease: "00:00:20")
            .Set("Gateway:Cluster:AnswerWithin", "00:00:01")
            .Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "main" })
            .Set("Gateway:Dialects:Zitadel", new JsonObject { ["Realm"] = "main" });
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Header"] = "X-Session-Token" });
        await using GatewayProcess whole = await GatewayProcess.StartAsync(settings);
        await using GatewayProcess frozen = await GatewayProcess.StartAsync(settings.Set("Gateway:Cluster:Address", "the-frozen-one"));
        string own = _issuer.Token(session: "own"), other = _issuer.Token(session: "other");
        foreach (string token in (string[])[own, other]) await whole.GetAsync("/a", token);
        frozen.Freeze();

        using (HttpRequestMessage ory = new(HttpMethod.Delete, "/sessions") { Headers = { { "X-Session-Token", own } } })
            await SaysAsync(whole, ory);
        using (HttpRequestMessage zitadel = new(HttpMethod.Delete, "/v2/sessions/other")
            { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", own) } })
            await SaysAsync(whole, zitadel);

        (int code, string output) = await GatewayProcess.CommandAsync(whole.Folder.Path, "revoke", "--session", "third", "--url",
            whole.ManagementUrl, "--key", GatewaySettings.ManagementKey);
        Assert.Equal(2, code);
        Assert.Contains("enforced on 1 of 2 nodes", output);
        Assert.Contains("(the-frozen-one)", output);
        frozen.Continue();
    }

    private static async Task SaysAsync(GatewayProcess gateway, HttpRequestMessage logout)
    {
        using HttpResponseMessage answer = await gateway.Client.SendAsync(logout);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Equal("1/2", answer.Headers.GetValues("Gateway-Enforced").Single());
        JsonObject recorded = JsonNode.Parse(await gateway.Management.GetStringAsync(
            "/v1/revocations/" + answer.Headers.GetValues("Gateway-Revocation").Single()))!.AsObject();
        Assert.Equal((1, 2), recorded.Enforced());
    }
}
