using System.Net;
using System.Text.Json.Nodes;
using Gateway.Commands;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Commands;

public sealed class RevokeCommandTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_backend, _issuer).Route(("Session", "Required")));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task One_session_ends_and_the_answer_says_where_that_is_enforced()
    {
        string token = _issuer.Token("alice", "s1");
        CommandRun run = (await RevokeAsync("--session", "s1", "--reason", "lost")).Good();

        Assert.Matches("^Revoked: [0-9a-f-]{36}, enforced on 1 of 1 nodes after [0-9.]+ ms\\.", run.Output);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.GetAsync("/", token)).StatusCode);
        Assert.Equal(("session", "lost"), ((string?)(await LastAsync())["target"]!["kind"], (string?)(await LastAsync())["reason"]));
    }

    [Fact]
    public async Task Each_option_says_what_ends_and_what_is_spared()
    {
        (await RevokeAsync("--subject", "alice", "--except", "s2", "--before", "2026-01-02T03:04:05Z", "--realm", "main")).Good();
        JsonNode target = (await LastAsync())["target"]!;
        Assert.Equal(("subject", "main", "alice", "s2"),
            ((string?)target["kind"], (string?)target["realm"], (string?)target["subject"], (string?)target["exceptSession"]));
        Assert.StartsWith("2026-01-02T03:04:05", (string?)target["before"]);

        (await RevokeAsync("--client", "app")).Good();
        Assert.Equal("client", (string?)(await LastAsync())["target"]!["kind"]);
        (await RevokeAsync("--token", "some-jti")).Good();
        Assert.Equal("token", (string?)(await LastAsync())["target"]!["kind"]);
        (await RevokeAsync("--everything")).Good();
        Assert.Equal("realm", (string?)(await LastAsync())["target"]!["kind"]);
    }

    [Fact]
    public async Task A_preview_counts_and_changes_nothing()
    {
        string token = _issuer.Token("alice", "s1");
        await _gateway.GetAsync("/", token);

        CommandRun run = (await RevokeAsync("--subject", "alice", "--preview")).Good();

        Assert.Equal("It would end 1 sessions that were seen, and 0 live connections of this node. Nothing was changed.",
            run.Output.Trim());
        Assert.Equal(HttpStatusCode.OK, (await _gateway.GetAsync("/", token)).StatusCode);
    }

    [Fact]
    public async Task What_ends_very_many_is_to_be_confirmed()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(_backend, _issuer).Set("Gateway:Limits:UnconfirmedPerCall", 1));
        foreach (string session in (string[])["s1", "s2"]) await gateway.GetAsync("/", _issuer.Token("alice", session));
        string[] words = ["--subject", "alice", "--url", gateway.ManagementUrl, "--key", GatewaySettings.ManagementKey];
        (await CommandRun.OfAsync(RevokeCommand.Create(), words)).Failed("--confirm 2");
        (await CommandRun.OfAsync(RevokeCommand.Create(), [.. words, "--confirm", "2"])).Good();
    }

    [Fact]
    public async Task Not_everywhere_ends_with_2_and_names_who_is_missing()
    {
        // Stands for a gateway of a cluster of which one node does not follow.
        await using TestBackend management = await TestBackend.StartAsync();
        management.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(context.Request.Path == "/v1/nodes"
                ? """{"items":[{"id":"a","address":"10.0.0.1","epoch":"e","position":7},{"id":"b","address":"10.0.0.2","epoch":"e","position":6}]}"""
                : """{"id":"0198","epoch":"e","position":7,"enforced":{"nodes":1,"of":2,"milliseconds":2000}}""");
            return true;
        };
        CommandRun run = await CommandRun.OfAsync(RevokeCommand.Create(), "--session", "s1", "--url", management.Url.TrimEnd('/'), "--key",
            "k");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("enforced on 1 of 2 nodes", run.Output);
        Assert.Contains("Missing: b (10.0.0.2).", run.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--session a --subject b")]
    [InlineData("--session a --realm nowhere")]
    [InlineData("--subject a --before yesterday")]
    public async Task What_the_gateway_refuses_is_told_in_its_words_and_changes_nothing(string words)
    {
        (await RevokeAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Failed("answered 400: ");
        Assert.Empty((await AllAsync()).AsArray());
    }

    private Task<CommandRun> RevokeAsync(params string[] words)
        => CommandRun.OfAsync(RevokeCommand.Create(), [.. words, "--url", _gateway.ManagementUrl, "--key", GatewaySettings.ManagementKey]);

    private async Task<JsonNode> AllAsync() => JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/revocations"))!["items"]!;

    private async Task<JsonNode> LastAsync() => (await AllAsync())[0]!;
}
