using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Management;

public sealed class SessionApiTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_backend, _issuer));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Sessions_are_listed_as_soon_as_they_were_seen_and_told_when_they_are_over()
    {
        foreach ((string user, string session) in ((string, string)[])[("alice", "a/1"), ("alice", "a%2F2"), ("bob", "b1")])
            await _gateway.GetAsync("/", _issuer.Token(user, session));

        JsonObject all = await GetAsync("/v1/sessions"), alice = await GetAsync("/v1/sessions?subject=alice&count=1");
        Assert.Equal(3, all["items"]!.AsArray().Count);
        Assert.Single(alice["items"]!.AsArray());
        JsonObject rest = await GetAsync("/v1/sessions?subject=alice&count=1&after=" + (string)alice["next"]!);
        Assert.Null(rest["next"]);

        // An id with a slash, as it stands and escaped; an id that looks escaped.
        foreach ((string path, string id) in ((string, string)[])[("/v1/sessions/main/a/1", "a/1"), ("/v1/sessions/main/a%2F1", "a/1"),
            ("/v1/sessions/main/a%252F2", "a%2F2")])
            Assert.Equal(id, (string?)(await GetAsync(path))["id"]);

        await _gateway.RevokeSessionAsync("b1");
        JsonObject bob = await GetAsync("/v1/sessions/main/b1");
        Assert.True((bool)bob["revoked"]!);
        Assert.Equal("session", (string?)bob["revokedBy"]);
        Assert.Equal("bob", (string?)bob["subject"]);
    }

    [Fact]
    public async Task A_preview_tells_what_would_end_and_ends_nothing()
    {
        string token = _issuer.Token("alice", "a1");
        await _gateway.GetAsync("/", token);
        await _gateway.GetAsync("/", _issuer.Token("alice", "a2"));
        await _gateway.GetAsync("/", _issuer.Token("bob", "b1"));

        using HttpResponseMessage answer = await _gateway.Management.PostAsJsonAsync("/v1/revocations/preview",
            new { subject = "alice", exceptSession = "a2" });
        JsonObject preview = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.Equal(1, (int)preview["sessions"]!);
        Assert.Equal("a1", (string?)Assert.Single(preview["sample"]!.AsArray())!["id"]);
        Assert.Equal(0, (int)preview["connections"]!);
        using HttpResponseMessage still = await _gateway.GetAsync("/", token);
        Assert.Equal(200, (int)still.StatusCode);
    }

    [Fact]
    public async Task The_audit_tells_who_did_what()
    {
        JsonObject revoked = await _gateway.RevokeAsync(new() { ["subject"] = "alice", ["reason"] = "left" });
        using HttpRequestMessage wrong = new(HttpMethod.Get, "/v1/nodes") { Headers = { Authorization = new("Bearer", "wrong") } };
        await _gateway.Management.SendAsync(wrong);

        JsonArray entries = (await GetAsync("/v1/audit"))["items"]!.AsArray();

        JsonNode done = entries.Single(entry => (string?)entry!["action"] == "revoke")!;
        Assert.Equal("key test", (string?)done["actor"]);
        Assert.Equal("subject main/alice", (string?)done["target"]);
        Assert.Contains((string)revoked["id"]!, (string?)done["detail"]);
        Assert.Equal("127.0.0.1", (string?)done["address"]);
        Assert.Contains(entries, entry => (string?)entry!["outcome"] == "refused" && (string?)entry["action"] == "GET /v1/nodes");
    }

    [Fact]
    public async Task A_token_with_the_permission_is_as_good_as_a_key_until_it_is_revoked()
    {
        string admin = _issuer.Token("root", "r1", claims => claims["roles"] = new JsonArray("admin"));
        async Task<HttpResponseMessage> AskAsync(string token)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/nodes") { Headers = { Authorization = new("Bearer", token) } };
            return await _gateway.Management.SendAsync(request);
        }

        Assert.Equal(200, (int)(await AskAsync(admin)).StatusCode);
        await Problem.IsAsync(await AskAsync(_issuer.Token("alice", "a1")), 403);
        await _gateway.RevokeSessionAsync("r1");
        await Problem.IsAsync(await AskAsync(admin), 401);
    }

    private async Task<JsonObject> GetAsync(string path)
    {
        // HttpClient would take an escaped slash apart.
        Uri uri = new(_gateway.ManagementUrl + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        return (await _gateway.Management.GetFromJsonAsync<JsonObject>(uri))!;
    }
}
