using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Realms;

/// <summary>A real OpenID Connect provider whose access tokens carry a session, or the time of the sign-in, or nothing but their own id:
/// what a logout ends, and what a silent refresh brings back.</summary>
public sealed class OidcProviderTests : IAsyncLifetime
{
    private TestBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await TestBackend.StartAsync();

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Theory]
    // The session is named: it ends with all that comes of it.
    [InlineData("sid,auth_time", "", "session", true)]
    [InlineData("sid", "", "session", true)]
    [InlineData("sid", "", "subject", true)]
    // It is not, but the sign-in is known by its time.
    [InlineData("auth_time", "sub client_id auth_time", "session", true)]
    [InlineData("auth_time", "sub client_id auth_time", "subject", true)]
    [InlineData("auth_time", "", "subject", true)]
    // Nothing ties them: a refresh passes, and the gateway says so.
    [InlineData("", "", "session", false)]
    public async Task A_logout_outlives_a_refresh_where_the_tokens_can_be_tied(string claims, string lineage, string logout, bool outlives)
    {
        int port = FreePort.Take();
        await using ChildProcess provider = NodeScript.Start("oidc-provider.mjs", $"{port}", claims);
        await provider.WaitForOutputAsync("ready");
        JsonObject settings = GatewaySettings.For(_backend).Route(("Session", "Required"));
        JsonObject realm = new()
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "Authorization", ["Scheme"] = "Bearer" }),
            ["Jwt"] = new JsonObject { ["Authority"] = $"http://127.0.0.1:{port}", ["Audience"] = "app" },
        };
        if (lineage.Length > 0) realm["Lineage"] = new JsonArray([.. lineage.Split(' ').Select(name => JsonValue.Create(name))]);
        settings.Set("Gateway:Realms", new JsonObject { ["main"] = realm });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);

        JsonNode first = await AskAsync(provider, "sign-in");
        Assert.Equal(200, await StatusAsync(gateway, first));
        JsonNode listed = JsonNode.Parse(await gateway.Management.GetStringAsync("/v1/sessions?realm=main"))!["items"]![0]!;
        string told = await gateway.Management.GetStringAsync("/v1/realms");
        Assert.Equal(!outlives && logout == "session" || claims == "auth_time" && lineage.Length == 0,
            told.Contains("a refresh passes", StringComparison.Ordinal));

        using (HttpResponseMessage ended = await gateway.Management.PostAsJsonAsync("/v1/revocations",
            logout == "session" ? new JsonObject { ["session"] = (string)listed["id"]! } : new JsonObject { ["subject"] = "alice" }))
            Assert.Equal(201, (int)ended.StatusCode);
        Assert.Equal(401, await StatusAsync(gateway, first));
        // Whole seconds: a token of a later one is younger than the cut-off by its own claim.
        DateTimeOffset until = DateTimeOffset.UtcNow.AddSeconds(2.5);
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow > until);
        JsonNode refreshed = await AskAsync(provider, "refresh " + (string)first["refresh_token"]!);
        Assert.Equal(outlives ? 401 : 200, await StatusAsync(gateway, refreshed));
        Assert.Equal(outlives ? 401 : 200, await StatusAsync(gateway,
            await AskAsync(provider, "refresh " + (string)refreshed["refresh_token"]!)));
        // A new sign-in is another session.
        Assert.Equal(200, await StatusAsync(gateway, await AskAsync(provider, "sign-in")));
    }

    private static async Task<int> StatusAsync(GatewayProcess gateway, JsonNode tokens)
    {
        string token = (string?)tokens["access_token"] ?? throw new InvalidOperationException(tokens.ToJsonString());
        return (int)(await gateway.GetAsync("/a", token)).StatusCode;
    }

    private static async Task<JsonNode> AskAsync(ChildProcess provider, string line)
    {
        int before = Answers(provider).Length;
        await provider.TypeAsync(line);
        await Eventually.TrueAsync(() => Answers(provider).Length > before);
        return JsonNode.Parse(Answers(provider)[^1])!;
    }

    private static string[] Answers(ChildProcess provider)
        => [.. provider.Output.Split('\n').Where(line => line.StartsWith('{') && line.TrimEnd().EndsWith('}'))];
}
