using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Management;

/// <summary>A repeat with an Idempotency-Key answers what is true now, and keys are the caller's own.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"));
        settings["Gateway"]!["Management"]!["Keys"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["Name"] = "other", ["Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("another-management-key"))),
        });
        _gateway = await InProcessGateway.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_repeat_after_the_reinstatement_is_a_conflict_that_says_why()
    {
        string token = _issuer.Token("alice", "s1");
        using HttpResponseMessage first = await RevokeAsync("k", "s1");
        string id = (string)(await first.Content.ReadFromJsonAsync<JsonObject>())!["id"]!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.GetAsync("/", token)).StatusCode);
        (await _gateway.Management.DeleteAsync($"/v1/revocations/{id}?reason=by%20mistake")).EnsureSuccessStatusCode();

        using HttpResponseMessage again = await RevokeAsync("k", "s1");

        string detail = (string)(await Problem.IsAsync(again, 409))["detail"]!;
        Assert.Contains(id, detail);
        Assert.Contains("key test (by mistake)", detail);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.GetAsync("/", token)).StatusCode);
        using HttpResponseMessage anew = await RevokeAsync("k2", "s1");
        Assert.Equal(HttpStatusCode.Created, anew.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.GetAsync("/", token)).StatusCode);
    }

    [Fact]
    public async Task The_key_of_another_caller_is_another_key()
    {
        using HttpResponseMessage mine = await RevokeAsync("k", "s1"), theirs = await RevokeAsync("k", "s2", "another-management-key"),
            repeat = await RevokeAsync("k", "s2", "another-management-key");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (mine.StatusCode, theirs.StatusCode));
        Assert.True(repeat.Headers.Contains("Idempotency-Replayed"));
        foreach (string session in new[] { "s1", "s2" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.GetAsync("/", _issuer.Token("alice", session))).StatusCode);
    }

    private async Task<HttpResponseMessage> RevokeAsync(string key, string session, string? caller = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/revocations") { Content = JsonContent.Create(new { session }) };
        request.Headers.Add("Idempotency-Key", key);
        if (caller is not null) request.Headers.Authorization = new("Bearer", caller);
        return await _gateway.Management.SendAsync(request);
    }
}
