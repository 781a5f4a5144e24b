using System.Text.Json.Nodes;
using Gateway.Realms;

namespace Gateway.EndToEnd.Enforcement;

/// <summary>Rocket.Chat's own client library and another one, unmodified: they open a socket without a credential and sign in
/// inside.</summary>
public sealed class DdpClientsTests : IAsyncLifetime
{
    private readonly DdpServer _chat = new();
    private TestBackend _backend = null!;
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _backend.Answer = _chat.AnswerAsync;
        _gateway = await GatewayProcess.StartAsync(DdpServer.Settings(_backend));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData("@rocket.chat/ddp-client")]
    [InlineData("sockjs")]
    public async Task A_client_is_closed_with_the_session_that_the_application_tells(string library)
    {
        (_chat.Tokens["t-alice"], _chat.Tokens["t-bob"]) = ("alice", "bob");
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(DdpServer.Settings(_backend, session: "/session"));
        string url = gateway.Url.Replace("http", "ws") + "/websocket";
        await using ChildProcess alice = NodeScript.Start("ddp.mjs", library, url, "t-alice"),
            bob = NodeScript.Start("ddp.mjs", library, url, "t-bob");
        await alice.WaitForOutputAsync("signed in as alice");
        await bob.WaitForOutputAsync("signed in as bob");
        await gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = DdpServer.SessionOf("t-alice") });
        await alice.ExitAsync();
        Assert.Contains("closed 4401 session ended", alice.Output);
        Assert.False(bob.HasExited);
        Assert.Contains("closed 4401", await NodeScript.RunAsync("ddp.mjs", library, url, "t-alice"));
    }

    [Theory]
    [InlineData("@rocket.chat/ddp-client")]
    [InlineData("simpleddp")]
    [InlineData("sockjs")]
    public async Task A_client_is_closed_with_its_session_and_another_users_is_not(string library)
    {
        _chat.Tokens["t-alice"] = "alice";
        _chat.Tokens["t-bob"] = "bob";
        string url = _gateway.Url.Replace("http", "ws") + "/websocket";
        await using ChildProcess alice = NodeScript.Start("ddp.mjs", library, url, "t-alice"),
            bob = NodeScript.Start("ddp.mjs", library, url, "t-bob");
        await alice.WaitForOutputAsync("signed in as alice");
        await bob.WaitForOutputAsync("signed in as bob");

        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["session"] = Fingerprint.Of("t-alice") });
        await alice.ExitAsync();
        Assert.Contains("closed 4401 session ended", alice.Output);
        Assert.False(bob.HasExited);

        // Its token signs in no more, and the server does not hear of it.
        int calls = _chat.Calls.Count(call => call == "login");
        Assert.Contains("closed 4401", await NodeScript.RunAsync("ddp.mjs", library, url, "t-alice"));
        Assert.Equal(calls, _chat.Calls.Count(call => call == "login"));

        // The user's logout ends it too: the server has said whose the token is.
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["subject"] = "bob" });
        await bob.ExitAsync();
        Assert.Contains("closed 4401 session ended", bob.Output);
        Assert.DoesNotContain("t-alice", _gateway.Output);
    }
}
