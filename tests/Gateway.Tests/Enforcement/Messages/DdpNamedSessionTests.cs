using System.Text.Json.Nodes;
using Gateway.Realms;

namespace Gateway.Tests.Enforcement.Messages;

/// <summary>Reading rule 19 where the application tells the session's id: a sign-in by message is tied by that.</summary>
public sealed class DdpNamedSessionTests : IAsyncLifetime
{
    private readonly DdpServer _chat = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _backend.Answer = _chat.AnswerAsync;
        _gateway = await InProcessGateway.StartAsync(DdpServer.Settings(_backend, session: "/session"));
        (_chat.Tokens["t-alice"], _chat.Tokens["t-bob"]) = ("alice", "bob");
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData("/websocket")]
    [InlineData("/sockjs/123/abcdefgh/websocket")]
    public async Task A_resumed_sign_in_ends_with_the_session_that_the_application_tells(string path)
    {
        using DdpSocket alice = await ConnectAsync(path), bob = await ConnectAsync(path);
        await ResumeAsync(alice, "t-alice");
        await ResumeAsync(bob, "t-bob");
        await RevokeAsync(DdpServer.SessionOf("t-alice"));
        Assert.Equal(4401, await alice.ClosedAsync());
        Assert.Equal("bob", (string)(await bob.CallAsync("whoami"))["result"]!);
        // The token signs in no more: its answer does not reach the client.
        using DdpSocket again = await ConnectAsync(path);
        await again.SendAsync(Login("t-alice", path));
        Assert.Equal(4401, await again.ClosedAsync());
    }

    [Fact]
    public async Task So_does_one_with_a_password_and_it_is_listed_under_that_session_alone()
    {
        using DdpSocket alice = await ConnectAsync(), bob = await ConnectAsync();
        string token = (string)(await alice.SignInAsync("alice"))["token"]!;
        await bob.SignInAsync("bob");
        JsonNode listed = JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/sessions?realm=chat&subject=alice"))!;
        Assert.Equal(DdpServer.SessionOf(token), (string)Assert.Single(listed["items"]!.AsArray())!["id"]!);
        await RevokeAsync(DdpServer.SessionOf(token));
        Assert.Equal(4401, await alice.ClosedAsync());
        Assert.Equal("bob", (string)(await bob.CallAsync("whoami"))["result"]!);
    }

    [Fact]
    public async Task A_cut_off_of_the_user_spares_the_session_that_it_names()
    {
        using DdpSocket spared = await ConnectAsync(), other = await ConnectAsync();
        string token = (string)(await spared.SignInAsync("alice"))["token"]!;
        await other.SignInAsync("alice");
        await _gateway.RevokeAsync(new()
        {
            ["realm"] = "chat", ["subject"] = "alice", ["exceptSession"] = DdpServer.SessionOf(token),
        });
        Assert.Equal(4401, await other.ClosedAsync());
        Assert.Equal("alice", (string)(await spared.CallAsync("whoami"))["result"]!);
        // And the token is ended as a token too.
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["token"] = Fingerprint.Of(token) });
        Assert.Equal(4401, await spared.ClosedAsync());
    }

    [Theory]
    [InlineData("rc_uid=alice", 0)]
    [InlineData("rc_uid=bob", 1)]
    public async Task With_the_users_cookie_a_session_that_is_over_does_not_reach_the_server(string cookie, int calls)
    {
        await RevokeAsync(DdpServer.SessionOf("t-alice"));
        using DdpSocket socket = await DdpSocket.ConnectAsync(_gateway.Url, cookie: cookie);
        await socket.SendAsync(Login("t-alice"));
        Assert.Equal(4401, await socket.ClosedAsync());
        // The cookie of who was signed in before tells another user: then only the answer tells whose the token is.
        Assert.Equal(calls, _chat.Calls.Count(call => call == "login"));
    }

    [Fact]
    public async Task Where_the_application_cannot_be_asked_nobody_signs_in_and_comes_again()
    {
        _chat.Fails = 503;
        using (DdpSocket socket = await ConnectAsync())
        {
            await socket.SendAsync(Login("t-alice"));
            Assert.Equal(1013, await socket.ClosedAsync());
        }
        _chat.Fails = 0;
        await Eventually.PassesAsync(async () =>
        {
            using DdpSocket socket = await ConnectAsync();
            await ResumeAsync(socket, "t-alice");
        });
    }

    [Fact]
    public async Task A_token_that_the_application_does_not_know_is_tied_by_itself_and_by_its_user()
    {
        _chat.Fails = 401;
        using DdpSocket one = await ConnectAsync(), two = await ConnectAsync();
        await ResumeAsync(one, "t-alice");
        await ResumeAsync(two, "t-bob");
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["token"] = Fingerprint.Of("t-alice") });
        Assert.Equal(4401, await one.ClosedAsync());
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["subject"] = "bob" });
        Assert.Equal(4401, await two.ClosedAsync());
    }

    [Fact]
    public async Task A_logout_unties_and_a_sign_in_behind_it_does_not_lose_its_tie()
    {
        using DdpSocket left = await ConnectAsync(), back = await ConnectAsync();
        foreach (DdpSocket socket in (DdpSocket[])[left, back])
        {
            await ResumeAsync(socket, "t-alice");
            await socket.CallAsync("logout");
        }
        await ResumeAsync(back, "t-alice");
        await RevokeAsync(DdpServer.SessionOf("t-alice"));
        Assert.Equal(4401, await back.ClosedAsync());
        Assert.Null((string?)(await left.CallAsync("whoami"))["result"]);
    }

    private static string Login(string token, string path = "/websocket")
    {
        string message = $$"""{"msg":"method","id":"login","method":"login","params":[{"resume":"{{token}}"}]}""";
        return path.StartsWith("/sockjs", StringComparison.Ordinal) ? new JsonArray(message).ToJsonString() : message;
    }

    private static async Task ResumeAsync(DdpSocket socket, string token)
        => Assert.NotNull((await socket.CallAsync("login", new JsonObject { ["resume"] = token }))["result"]);

    private Task RevokeAsync(string session) => _gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = session });

    private Task<DdpSocket> ConnectAsync(string path = "/websocket") => DdpSocket.ConnectAsync(_gateway.Url, path);
}
