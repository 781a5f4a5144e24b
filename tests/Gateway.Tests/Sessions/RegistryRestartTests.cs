using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Sessions;

/// <summary>The registry in a whole gateway: what a request showed is listed at once, and still after a restart.</summary>
public sealed class RegistryRestartTests
{
    [Fact]
    public async Task A_session_that_was_seen_is_listed_at_once_and_after_a_restart_also_when_it_is_revoked()
    {
        await using TestIssuer issuer = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend, issuer));
        gateway.Client.DefaultRequestHeaders.UserAgent.ParseAdd("Browser/7");
        foreach (string session in (string[])["one", "two"])
        {
            using HttpResponseMessage answer = await gateway.GetAsync("/", issuer.Token("alice", session));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await ExpectAsync(gateway, ("one", false), ("two", false));
        await gateway.RevokeSessionAsync("two");
        await ExpectAsync(gateway, ("one", false), ("two", true));

        await gateway.RestartAsync();
        await ExpectAsync(gateway, ("one", false), ("two", true));
    }

    private static async Task ExpectAsync(InProcessGateway gateway, params (string Id, bool Revoked)[] expected)
    {
        JsonNode page = JsonNode.Parse(await gateway.Management.GetStringAsync("/v1/sessions?subject=alice&search=browser/7"))!;
        JsonArray items = page["items"]!.AsArray();
        Assert.Equal(expected, items.Select(item => (item!["id"]!.GetValue<string>(), item["revoked"]!.GetValue<bool>())).Order());
        Assert.All(items, item => Assert.Equal("127.0.0.1", item!["address"]!.GetValue<string>().Replace("::ffff:", "")));
    }
}
