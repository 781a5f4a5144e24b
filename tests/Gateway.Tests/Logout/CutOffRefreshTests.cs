using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Logout;

/// <summary>Rule R20: a logout of everything outlives a refresh. A refreshed token has the session's id and a later time in it.</summary>
public sealed class CutOffRefreshTests : IAsyncLifetime
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

    // Without auth_time, as many providers' are; issued so many seconds from now.
    private string Token(string session, int issued, string client = "app") => _issuer.Token("alice", session, claims =>
    {
        claims.Remove("auth_time");
        claims["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + issued;
        claims["azp"] = client;
    });

    // Up to half a minute ago: whatever is seen for the first time now counts as younger than that, if its token says so.
    private static JsonObject Before(JsonObject target)
    {
        target["realm"] = "main";
        target["before"] = DateTimeOffset.UtcNow.AddSeconds(-30).ToString("O");
        return target;
    }

    private async Task<HttpStatusCode> AskAsync(string token) => (await _gateway.GetAsync("/a", token)).StatusCode;

    [Theory]
    [InlineData("subject", "alice")]
    [InlineData("client", "app")]
    [InlineData("everything", null)]
    public async Task What_the_registry_holds_stays_ended_after_a_refresh_and_after_a_restart(string what, string? id)
    {
        string[] sessions = [.. Enumerable.Range(0, 3).Select(n => $"{what}-{n}")];
        foreach (string session in sessions) Assert.Equal(HttpStatusCode.OK, await AskAsync(Token(session, issued: -60)));
        JsonObject target = Before(new() { [what] = id is null ? true : id });
        JsonNode preview = (await (await _gateway.Management.PostAsJsonAsync("/v1/revocations/preview", target)).Content
            .ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal(3, (int)preview["sessions"]!);

        JsonObject answer = await _gateway.RevokeAsync(target);
        Assert.Equal((1, 1), ((int)answer["enforced"]!["nodes"]!, (int)answer["enforced"]!["of"]!));
        // The process that comes up again has not seen any of them before.
        await _gateway.RestartAsync();
        foreach (string session in sessions) Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token(session, issued: 20)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Token(what + "-new", issued: 20)));

        Assert.True((await _gateway.Management.DeleteAsync($"/v1/revocations/{answer["id"]}")).IsSuccessStatusCode);
        foreach (string session in sessions) Assert.Equal(HttpStatusCode.OK, await AskAsync(Token(session, issued: 20)));
        await _gateway.RestartAsync();
        foreach (string session in sessions) Assert.Equal(HttpStatusCode.OK, await AskAsync(Token(session, issued: 20)));
    }

    [Fact]
    public async Task What_a_cut_off_has_refused_once_stays_refused_after_a_refresh_and_after_a_restart()
    {
        JsonObject answer = await _gateway.RevokeAsync(Before(new() { ["subject"] = "alice" }));
        // Nobody has seen it before.
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token("unseen", issued: -60)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token("unseen", issued: 20)));
        await Eventually.PassesAsync(async () =>
        {
            await _gateway.RestartAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token("unseen", issued: 20)));
        });
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Token("another", issued: 20)));
        Assert.True((await _gateway.Management.DeleteAsync($"/v1/revocations/{answer["id"]}")).IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Token("unseen", issued: 20)));
    }

    [Fact]
    public async Task A_session_that_a_cut_off_spares_and_one_that_is_younger_than_it_live_on()
    {
        foreach (string session in (string[])["mine", "other"])
            Assert.Equal(HttpStatusCode.OK, await AskAsync(Token(session, issued: -600)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Token("young", issued: 20)));
        await _gateway.RevokeAsync(Before(new() { ["subject"] = "alice", ["exceptSession"] = "mine" }));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Token("mine", issued: 21)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token("other", issued: 21)));
        await _gateway.RevokeAsync(Before(new() { ["subject"] = "alice" }));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Token("young", issued: 21)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token("mine", issued: 21)));
    }
}
