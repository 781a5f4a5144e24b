using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Gateway.Realms;

namespace Gateway.Tests.Sessions;

/// <summary>Of an Opaque realm nobody knows whether a token was ever issued: what an application has not accepted is no session.</summary>
public sealed class OpaqueSessionsTests : IAsyncLifetime
{
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_backend).Set("Gateway:Realms:keys", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "Authorization", ["Scheme"] = "Bearer" }),
            ["Opaque"] = new JsonObject(),
        }));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(304, true)]
    [InlineData(404, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(500, false)]
    public async Task A_token_is_a_session_once_an_application_has_accepted_it(int status, bool listed)
    {
        using HttpResponseMessage answer = await _gateway.GetAsync($"/status/{status}", "random");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(listed ? [Fingerprint.Of("random")] : [], await ListedAsync());
    }

    [Fact]
    public async Task One_that_was_refused_before_is_listed_when_it_is_accepted()
    {
        foreach (int status in (int[])[401, 401, 403, 200, 401])
            using (HttpResponseMessage _ = await _gateway.GetAsync($"/status/{status}", "token")) { }
        Assert.Equal([Fingerprint.Of("token")], await ListedAsync());
    }

    [Fact]
    public async Task A_flood_of_random_tokens_that_the_application_refuses_leaves_nothing()
    {
        for (int n = 0; n < 500; n++)
            using (HttpResponseMessage _ = await _gateway.GetAsync("/status/401", "random" + n)) { }
        Assert.Empty(await ListedAsync());
        Assert.Equal(0, _gateway.Get<Gateway.Sessions.SessionRegistry>().Pending);
    }

    [Fact]
    public async Task What_no_application_has_answered_accepts_nothing()
    {
        await _backend.DisposeAsync();
        using HttpResponseMessage answer = await _gateway.GetAsync("/", "random");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Empty(await ListedAsync());
    }

    [Fact]
    public async Task An_accepted_upgrade_is_a_session_and_it_ends()
    {
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", "Bearer socket");
        await socket.ConnectAsync(new Uri(_gateway.Url.Replace("http", "ws") + "/ws/echo"), default).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([Fingerprint.Of("socket")], await ListedAsync());

        await _gateway.RevokeSessionAsync(Fingerprint.Of("socket"), "keys");
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[100], default).WithinAsync()).MessageType);
        // A revocation needs no list.
        await _gateway.RevokeSessionAsync(Fingerprint.Of("unseen"), "keys");
        Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.GetAsync("/", "unseen")).StatusCode);
    }

    private async Task<string[]> ListedAsync()
    {
        JsonNode page = JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/sessions"))!;
        return [.. page["items"]!.AsArray().Select(item => (string)item!["id"]!)];
    }
}
