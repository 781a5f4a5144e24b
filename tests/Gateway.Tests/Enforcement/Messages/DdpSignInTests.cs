using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Gateway.Realms;

namespace Gateway.Tests.Enforcement.Messages;

/// <summary>Reading rule 19: sockets that sign in inside.</summary>
public sealed class DdpSignInTests : IAsyncLifetime
{
    private readonly DdpServer _chat = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _backend.Answer = _chat.AnswerAsync;
        _gateway = await InProcessGateway.StartAsync(DdpServer.Settings(_backend));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData("/websocket")]
    [InlineData("/sockjs/123/abcdefgh/websocket")]
    public async Task A_socket_that_resumes_ends_with_its_session_and_no_other_does(string path)
    {
        _chat.Tokens["t-alice"] = "alice";
        _chat.Tokens["t-bob"] = "bob";
        using DdpSocket alice = await ConnectAsync(path), bob = await ConnectAsync(path), nobody = await ConnectAsync(path);
        Assert.Equal("alice", (string)(await alice.CallAsync("login", new JsonObject { ["resume"] = "t-alice" }))["result"]!["id"]!);
        Assert.NotNull((await bob.CallAsync("login", new JsonObject { ["resume"] = "t-bob" }))["result"]);

        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = Fingerprint.Of("t-alice") });
        Assert.Equal(4401, await alice.ClosedAsync());
        Assert.Equal("bob", (string)(await bob.CallAsync("whoami"))["result"]!);
        Assert.Null((string?)(await nobody.CallAsync("whoami"))["result"]);
    }

    [Fact]
    public async Task A_password_ties_it_to_the_token_that_the_answer_names_and_to_its_user()
    {
        using DdpSocket alice = await ConnectAsync(), again = await ConnectAsync(), bob = await ConnectAsync();
        string token = (string)(await alice.SignInAsync("alice"))["token"]!;
        await again.SignInAsync("alice");
        await bob.SignInAsync("bob");
        // All that the registry knows of her: two sockets, two sessions.
        JsonNode listed = JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/sessions?realm=chat&subject=alice"))!;
        Assert.Contains(listed["items"]!.AsArray(), session => (string)session!["id"]! == Fingerprint.Of(token));
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["subject"] = "alice" });
        Assert.Equal((4401, 4401), (await alice.ClosedAsync(), await again.ClosedAsync()));
        Assert.Equal("bob", (string)(await bob.CallAsync("whoami"))["result"]!);
        // A new sign-in is another session.
        using DdpSocket later = await ConnectAsync();
        await Eventually.PassesAsync(async () =>
        {
            using DdpSocket next = await ConnectAsync();
            await next.SignInAsync("alice");
            Assert.Equal("alice", (string)(await next.CallAsync("whoami"))["result"]!);
        });
    }

    [Fact]
    public async Task A_token_of_a_session_that_is_over_signs_in_nowhere()
    {
        _chat.Tokens["t-over"] = "eve";
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = Fingerprint.Of("t-over") });
        using DdpSocket socket = await ConnectAsync();
        // In fragments, and with something behind it.
        await socket.SendAsync("""{"msg":"method","id":"1","method":"login","params":[{"resu""", last: false);
        await socket.SendAsync("""me":"t-over"}]}""");
        await socket.SendAsync("""{"msg":"method","id":"2","method":"whoami","params":[]}""");
        Assert.Equal(4401, await socket.ClosedAsync());
        Assert.DoesNotContain("login", _chat.Calls);
        Assert.DoesNotContain("whoami", _chat.Calls);
    }

    [Fact]
    public async Task A_logout_unties_once_the_server_has_done_it_and_not_before()
    {
        _chat.Tokens["t-1"] = "alice";
        using DdpSocket socket = await ConnectAsync(), refused = await ConnectAsync();
        await socket.CallAsync("login", new JsonObject { ["resume"] = "t-1" });
        await refused.CallAsync("login", new JsonObject { ["resume"] = "t-1" });
        Assert.Null((await socket.CallAsync("logout"))["error"]);
        // This server takes a logout with something in it for none.
        Assert.NotNull((await refused.CallAsync("logout", new JsonObject { ["x"] = 1 }))["error"]);
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = Fingerprint.Of("t-1") });
        Assert.Equal(4401, await refused.ClosedAsync());
        Assert.Null((string?)(await socket.CallAsync("whoami"))["result"]);
    }

    [Fact]
    public async Task A_flood_of_sign_ins_ends_the_connection_and_one_token_many_times_does_not()
    {
        _chat.Tokens["t-again"] = "alice";
        using DdpSocket patient = await ConnectAsync(), flood = await ConnectAsync();
        for (int time = 0; time < 100; time++) await patient.CallAsync("login", new JsonObject { ["resume"] = "t-again" });
        Assert.Equal("alice", (string)(await patient.CallAsync("whoami"))["result"]!);
        string[] tokens = [.. Enumerable.Range(0, 65).Select(index => $"{{\"resume\":\"t-{index}\"}}")];
        await flood.SendAsync($$"""{"msg":"method","id":"1","method":"login","params":[{{string.Join(',', tokens)}}]}""");
        Assert.Equal(1008, await flood.ClosedAsync());
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = Fingerprint.Of("t-again") });
        Assert.Equal(4401, await patient.ClosedAsync());
    }

    [Fact]
    public async Task Another_answer_under_the_name_of_a_logout_unties_nothing()
    {
        _chat.Tokens["t-2"] = "alice";
        using DdpSocket socket = await ConnectAsync();
        await socket.CallAsync("login", new JsonObject { ["resume"] = "t-2" });
        await socket.SendAsync("""{"msg":"method","id":"same","method":"logout","params":[{"x":1}]}""");
        await socket.SendAsync("""{"msg":"method","id":"same","method":"whoami","params":[]}""");
        await Eventually.TrueAsync(() => _chat.Calls.Contains("whoami"));
        await socket.AnswerAsync("same");
        await socket.AnswerAsync("same");
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = Fingerprint.Of("t-2") });
        Assert.Equal(4401, await socket.ClosedAsync());
    }

    [Fact]
    public async Task What_cannot_be_read_ends_the_connection()
    {
        using DdpSocket socket = await ConnectAsync();
        await socket.SendAsync("""{"msg":"method","method":"login","params":[{"resume":"\ud800"}]}""");
        Assert.Equal(1008, await socket.ClosedAsync());
        using DdpSocket large = await ConnectAsync();
        for (int n = 0; n < 5; n++) await large.SendAsync(new string('x', 1024 * 1024), last: n == 4);
        Assert.Equal(1008, await large.ClosedAsync());
    }

    [Fact]
    public async Task Nothing_is_compressed_and_other_transports_are_refused()
    {
        using ClientWebSocket socket = new();
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await socket.ConnectAsync(new Uri(_gateway.Url.Replace("http", "ws") + "/websocket"), default);
        Assert.Null(_backend.Requests.Last()["Sec-WebSocket-Extensions"]);
        using HttpClient client = new() { BaseAddress = new Uri(_gateway.Url) };
        foreach (string transport in (string[])["xhr", "xhr_send", "xhr_streaming", "jsonp_send", "eventsource"])
            Assert.Equal(403, (int)(await client.PostAsync($"/sockjs/1/abc/{transport}", new StringContent("[]"))).StatusCode);
        Assert.Equal(200, (int)(await client.GetAsync("/sockjs/info")).StatusCode);
    }

    private Task<DdpSocket> ConnectAsync(string path = "/websocket") => DdpSocket.ConnectAsync(_gateway.Url, path);
}
