using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Cluster;

namespace Gateway.EndToEnd.TwoFactor;

/// <summary>Two gateways whose Redis loses its data: who has a second factor is asked for it all the same, or told that nobody
/// knows now; and a management key that was removed is not good again.</summary>
public sealed partial class LostDataTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private readonly HttpClient _client = new();
    private RedisProcess _redis = null!;
    private TestBackend _backend = null!;
    private GatewayProcess _one = null!, _two = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisProcess.StartAsync();
        _backend = await TestBackend.StartAsync();
        JsonObject settings = ClusterSettings.For(_redis.Connection, _backend, _issuer, lease: "00:00:01");
        settings.Set("Gateway:Dialects:RocketChat:Realm", "main").Set("Gateway:Dialects:RocketChat:RateLimit:Calls", 100_000)
            .Set("Gateway:TwoFactor:RememberFor", "00:00:00");
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Header"] = "X-Auth-Token" });
        GatewayProcess[] nodes = await Task.WhenAll(GatewayProcess.StartAsync(settings), GatewayProcess.StartAsync(settings));
        (_one, _two) = (nodes[0], nodes[1]);
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _backend.DisposeAsync();
        await _redis.DisposeAsync();
        await _issuer.DisposeAsync();
        _client.Dispose();
    }

    // What the vendor's API says to a logout of a session of alice's.
    private async Task<(int Status, string Error)> LogoutAsync(GatewayProcess node, string? code = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/sessions/logout");
        request.Content = JsonContent.Create(new { sessionId = "alices-phone" });
        request.Headers.Add("X-Auth-Token", _issuer.Token("frank", "franks", claims => claims["roles"] = new JsonArray("admin")));
        request.Headers.Add("X-User-Id", "frank");
        if (code is not null) request.Headers.Add("x-2fa-code", code);
        using HttpResponseMessage answer = await node.Client.SendAsync(request);
        JsonNode body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return ((int)answer.StatusCode, (string?)body["errorType"] ?? "");
    }

    // What the management API tells of frank; null while it does not know.
    private static async Task<string?> MethodsAsync(GatewayProcess node)
    {
        using HttpResponseMessage one = await node.Management.GetAsync("/v1/two-factor/main/frank");
        if (one.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
        return string.Join(',', (await one.Content.ReadFromJsonAsync<JsonNode>())!["methods"]!.AsArray());
    }

    private async Task<HttpStatusCode> ManageAsync(GatewayProcess node, string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, node.ManagementUrl + "/v1/nodes");
        request.Headers.Authorization = new("Bearer", key);
        using HttpResponseMessage answer = await _client.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<(AuthenticatorApp App, string[] Backup)> EnrolAsync()
    {
        const string totp = "/v1/two-factor/main/frank/totp";
        using HttpResponseMessage begun = await _one.Management.PostAsync(totp, null);
        AuthenticatorApp app = AuthenticatorApp.Scan((string)(await begun.Content.ReadFromJsonAsync<JsonNode>())!["uri"]!);
        string code = app.Code(DateTimeOffset.UtcNow);
        using HttpResponseMessage confirmed = await _one.Management.PostAsJsonAsync(totp + "/confirm", new { code });
        JsonArray codes = (await confirmed.Content.ReadFromJsonAsync<JsonNode>())!["backupCodes"]!.AsArray();
        return (app, [.. codes.Select(backup => (string)backup!)]);
    }

    private static async Task<string> CreateKeyAsync(GatewayProcess node, string name)
    {
        (int code, string output) = await GatewayProcess.CommandAsync(node.Folder.Path, "key", "create", name);
        Assert.True(code == 0, output);
        return Key().Match(output).Value;
    }

    // A session of alice's that an administrator may end; it is known from its first request on.
    private async Task SeeAliceAsync()
    {
        foreach (GatewayProcess node in (GatewayProcess[])[_one, _two])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/app");
            request.Headers.Add("X-Auth-Token", _issuer.Token("alice", "alices-phone"));
            (await node.Client.SendAsync(request)).Dispose();
        }
    }

    // From the loss on until both nodes know again: nobody passes without a code, and no removed key is good.
    /// <param name="isSeen">Whether the time in which nobody knows must be seen: a start may take longer than it lasts.</param>
    private async Task UntilKnownAsync(string good, string removed, bool isSeen = true)
    {
        int unknown = 0;
        Dictionary<GatewayProcess, bool> asked = new() { [_one] = false, [_two] = false };
        await Eventually.TrueAsync(async () =>
        {
            foreach (GatewayProcess node in (GatewayProcess[])[_one, _two])
            {
                (int status, string error) = await LogoutAsync(node);
                Assert.True((status, error) is (503, "error-service-unavailable") or (400, "totp-required"),
                    $"{status} {error}\n{node.Output}");
                if (status == 503) unknown++;
                HttpStatusCode leaked = await ManageAsync(node, removed), ops = await ManageAsync(node, good);
                Assert.True(leaked is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable, leaked.ToString());
                Assert.True(ops is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, ops.ToString());
                string? told = await MethodsAsync(node);
                Assert.True(told is null or "totp", told);
                asked[node] = status == 400 && ops == HttpStatusCode.OK && leaked == HttpStatusCode.Unauthorized;
            }
            return asked.Values.All(done => done);
        }, TimeSpan.FromSeconds(60), "both nodes know again");
        Assert.True(!isSeen || unknown > 0, "Nobody was told that it is not known.");
    }

    [Fact]
    public async Task Second_factors_and_keys_outlive_a_FLUSHALL_and_what_was_used_or_removed_does_not_come_back()
    {
        (AuthenticatorApp app, string[] backup) = await EnrolAsync();
        string ops = await CreateKeyAsync(_one, "ops"), leaked = await CreateKeyAsync(_one, "leaked");
        Assert.Equal(HttpStatusCode.OK, await ManageAsync(_two, leaked));
        await SeeAliceAsync();
        string used = app.Code(DateTimeOffset.UtcNow, later: 1);
        Assert.Equal(200, (await LogoutAsync(_two, used)).Status);
        Assert.Equal(200, (await LogoutAsync(_one, backup[0])).Status);
        Assert.Equal(0, (await GatewayProcess.CommandAsync(_two.Folder.Path, "key", "remove", "leaked")).ExitCode);
        await SeeAliceAsync();

        await _redis.CommandAsync("FLUSHALL");
        await UntilKnownAsync(ops, leaked);

        foreach (GatewayProcess node in (GatewayProcess[])[_two, _one])
        {
            Assert.Equal((400, "totp-invalid"), await LogoutAsync(node, used));
            Assert.Equal((400, "totp-invalid"), await LogoutAsync(node, backup[0]));
        }
        await SeeAliceAsync();
        Assert.Equal(200, (await LogoutAsync(_one, backup[1])).Status);
        Assert.Equal((400, "totp-invalid"), await LogoutAsync(_two, backup[1]));
        Assert.Equal(1, (await GatewayProcess.CommandAsync(_one.Folder.Path, "key", "create", "leaked")).ExitCode);
    }

    [Fact]
    public async Task They_outlive_a_Redis_without_its_data_and_a_restart_of_every_gateway()
    {
        (_, string[] backup) = await EnrolAsync();
        string ops = await CreateKeyAsync(_two, "ops"), leaked = await CreateKeyAsync(_two, "leaked");
        Assert.Equal(0, (await GatewayProcess.CommandAsync(_two.Folder.Path, "key", "remove", "leaked")).ExitCode);
        await Task.WhenAll(_one.Kill9Async(), _two.Kill9Async());
        await _redis.Kill9Async();
        await _redis.RestartAsync(keepData: false);
        await Task.WhenAll(_one.RestartAsync(ready: false), _two.RestartAsync(ready: false));
        await Task.WhenAll(ListeningAsync(_one), ListeningAsync(_two));
        await UntilKnownAsync(ops, leaked, isSeen: false);
        await SeeAliceAsync();
        Assert.Equal(200, (await LogoutAsync(_two, backup[0])).Status);
    }

    private static Task ListeningAsync(GatewayProcess node)
        => Eventually.PassesAsync(async () => (await node.Management.GetAsync("/healthz")).EnsureSuccessStatusCode());

    [GeneratedRegex("gw_[A-Za-z0-9_-]{43}")]
    private static partial Regex Key();
}
