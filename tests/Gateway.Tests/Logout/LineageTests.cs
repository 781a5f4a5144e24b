using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Logout;

/// <summary>A logout that outlives a refresh: what one sign-in gives ends together, as far as its tokens tell.</summary>
public sealed class LineageTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new("https://idp.example");
    private TestBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await TestBackend.StartAsync();

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    private Task<InProcessGateway> StartAsync(params string[] lineage)
    {
        JsonObject settings = GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"));
        if (lineage.Length > 0)
            settings.Set("Gateway:Realms:main:Lineage", new JsonArray([.. lineage.Select(name => JsonValue.Create(name))]));
        return InProcessGateway.StartAsync(settings);
    }

    // An access token as some providers make them: of one sign-in, without a session.
    private string Access(string origin, string id, string subject = "bob", string? session = null)
        => _issuer.Token(subject, session, claims =>
        {
            claims["origin_jti"] = origin;
            claims["jti"] = id;
        });

    private static async Task<int> StatusAsync(InProcessGateway gateway, string token)
        => (int)(await gateway.GetAsync("/a", token)).StatusCode;

    private static async Task<JsonNode[]> ListedAsync(InProcessGateway gateway)
        => [.. JsonNode.Parse(await gateway.Management.GetStringAsync("/v1/sessions?realm=main"))!["items"]!.AsArray()!];

    [Fact]
    public async Task Refreshed_tokens_without_a_session_are_one_and_end_together()
    {
        await using InProcessGateway gateway = await StartAsync("origin_jti");
        string first = Access("o1", "j1"), refreshed = Access("o1", "j2"), other = Access("o2", "j3");
        foreach (string token in (string[])[first, refreshed, other]) Assert.Equal(200, await StatusAsync(gateway, token));
        JsonNode[] listed = await ListedAsync(gateway);
        Assert.Equal(2, listed.Length);
        Assert.All(listed, session => Assert.Null(session["token"]));

        // By the id of either token as well, as it would be without a lineage.
        await gateway.RevokeSessionAsync("j1");
        Assert.Equal((401, 200), (await StatusAsync(gateway, first), await StatusAsync(gateway, refreshed)));
        // The newest is listed first: that is the other one.
        string session = (string)listed[1]["id"]!;
        await gateway.RevokeSessionAsync(session);
        Assert.Equal((401, 401, 200), (await StatusAsync(gateway, refreshed), await StatusAsync(gateway, Access("o1", "j9")),
            await StatusAsync(gateway, other)));
    }

    [Fact]
    public async Task A_session_takes_along_what_it_is_tied_to_and_is_reinstated_with_it()
    {
        await using InProcessGateway gateway = await StartAsync("origin_jti");
        string id = Access("o1", "j1", session: "sid-1"), access = Access("o1", "j2"), other = Access("o2", "j3", session: "sid-2");
        foreach (string token in (string[])[id, access, other]) Assert.Equal(200, await StatusAsync(gateway, token));
        JsonNode preview = (await (await gateway.Management.PostAsJsonAsync("/v1/revocations/preview", new { session = "sid-1" }))
            .Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal(2, (int)preview["sessions"]!);

        JsonObject answer = await gateway.RevokeSessionAsync("sid-1");
        Assert.Equal((401, 401, 401, 200), (await StatusAsync(gateway, id), await StatusAsync(gateway, access),
            await StatusAsync(gateway, Access("o1", "j4")), await StatusAsync(gateway, other)));
        Assert.True((await gateway.Management.DeleteAsync($"/v1/revocations/{answer["id"]}")).IsSuccessStatusCode);
        Assert.Equal((200, 200), (await StatusAsync(gateway, id), await StatusAsync(gateway, access)));
    }

    [Fact]
    public async Task A_live_connection_of_a_tied_token_ends_too()
    {
        await using InProcessGateway gateway = await StartAsync("sub", "auth_time");
        string with = _issuer.Token("bob", "sid-1"), without = _issuer.Token("bob", session: null);
        Assert.Equal(200, await StatusAsync(gateway, with));
        TaskCompletionSource slow = new();
        _backend.Answer = async context =>
        {
            if (context.Request.Path == "/slow") await slow.Task.WaitAsync(context.RequestAborted);
            return false;
        };
        Task<HttpResponseMessage> waiting = gateway.GetAsync("/slow", without);
        await Eventually.TrueAsync(() => _backend.Requests.Any(request => request.Path == "/slow"));
        await gateway.RevokeSessionAsync("sid-1");
        Assert.Equal(HttpStatusCode.Unauthorized, (await waiting.WithinAsync()).StatusCode);
        slow.SetResult();
    }

    [Fact]
    public async Task Logging_out_the_others_spares_the_callers_own_whatever_it_is_tied_to()
    {
        await using InProcessGateway gateway = await StartAsync("sub", "auth_time");
        string own = _issuer.Token("bob", "sid-1");
        Assert.Equal(200, await StatusAsync(gateway, own));
        await gateway.RevokeAsync(new() { ["subject"] = "bob", ["exceptSession"] = "sid-1" });
        Assert.Equal(200, await StatusAsync(gateway, own));
    }

    [Fact]
    public async Task A_token_that_names_no_session_is_listed_marked_and_can_be_ended()
    {
        await using InProcessGateway gateway = await StartAsync();
        string token = _issuer.Token("bob", session: null, change: claims => claims["jti"] = "only-this");
        string nameless = _issuer.Token("bob", session: null, change: claims => claims.Remove("jti"));
        foreach (string one in (string[])[token, nameless, _issuer.Token("eve", "sid-9")])
            Assert.Equal(200, await StatusAsync(gateway, one));
        JsonNode[] listed = await ListedAsync(gateway);
        Assert.Equal([true, true, null], listed.OrderBy(session => (string)session["subject"]!).Select(session => (bool?)session["token"]));
        JsonNode realm = JsonNode.Parse(await gateway.Management.GetStringAsync("/v1/realms"))!["items"]!.AsArray().Single()!;
        Assert.Contains("tokens of this realm carry no session id", (string)realm["logout"]!);
        Assert.Contains("tokens of this realm carry no session id", gateway.Log.Text);
        foreach (JsonNode session in listed.Where(session => (string)session["subject"]! == "bob"))
            await gateway.RevokeSessionAsync((string)session["id"]!);
        Assert.Equal((401, 401), (await StatusAsync(gateway, token), await StatusAsync(gateway, nameless)));
    }

    [Fact]
    public async Task A_realm_whose_tokens_are_tied_says_by_what()
    {
        await using InProcessGateway gateway = await StartAsync("origin_jti");
        Assert.Contains("no token of this realm has been seen", await gateway.Management.GetStringAsync("/v1/realms"));
        Assert.Equal(200, await StatusAsync(gateway, Access("o1", "j1")));
        Assert.Contains("tied by origin_jti", await gateway.Management.GetStringAsync("/v1/realms"));
    }
}
