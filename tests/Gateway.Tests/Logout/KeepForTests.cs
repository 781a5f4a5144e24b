using System.Net;
using System.Text.Json.Nodes;
using Gateway.Management;

namespace Gateway.Tests.Logout;

/// <summary>Rule R20: what may outlive its revocation is named.</summary>
public sealed class KeepForTests
{
    [Fact]
    public async Task Where_tokens_may_outlive_a_revocation_its_answer_and_the_log_say_so()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Set("Gateway:Revocation:KeepFor", "00:10:00"));
        string Token(string session, int minutes) => issuer.Token(session: session, change: claims =>
            claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(minutes).ToUnixTimeSeconds());
        async Task SeenAsync(string session, int minutes)
            => Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/a", Token(session, minutes))).StatusCode);

        await SeenAsync("short", 5);
        Assert.Null((await gateway.RevokeSessionAsync("unseen"))["note"]);
        Assert.DoesNotContain("Make KeepFor as long", gateway.Log.Text);

        await SeenAsync("long", 600);
        await SeenAsync("long too", 600);
        Assert.Single(gateway.Log.Text.Split('\n'), line => line.Contains("Make KeepFor as long"));
        JsonObject unseen = await gateway.RevokeSessionAsync("unseen too");
        Assert.Contains("may be good for longer", (string?)unseen["note"]);
        // Its end is known, and it is kept until then.
        JsonObject seen = await gateway.RevokeSessionAsync("long");
        Assert.Null(seen["note"]);
        Assert.True(DateTimeOffset.Parse((string)seen["expires"]!) > DateTimeOffset.UtcNow.AddHours(10));
        // So it is for a cut-off, of what it ends.
        JsonObject cutOff = await gateway.RevokeAsync(new() { ["subject"] = "alice" });
        Assert.Null(cutOff["note"]);
        Assert.True(DateTimeOffset.Parse((string)cutOff["expires"]!) > DateTimeOffset.UtcNow.AddHours(10));
    }

    [Fact]
    public async Task A_realm_whose_sessions_have_no_end_is_named_at_the_start_and_by_check()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: new TestIssuer())
            .Set("Gateway:Realms:legacy", new JsonObject
            {
                ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = "legacy" }), ["Opaque"] = new JsonObject(),
            }));
        // The start and the command write the same.
        Assert.Contains(gateway.Get<ConfigurationSummary>().Warnings(), warning => warning.Contains("realm legacy have no end"));
        await Eventually.TrueAsync(() => gateway.Log.Text.Contains("realm legacy have no end"));
        Assert.Contains("may be good for longer", (string?)(await gateway.RevokeSessionAsync("x", "legacy"))["note"]);
    }
}
