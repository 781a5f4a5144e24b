using System.Net;
using System.Text.Json.Nodes;
using Gateway.Commands;

namespace Gateway.Tests.Management;

/// <summary>The audit over the API, exported and proved without a gateway.</summary>
public sealed class AuditApiTests : IAsyncLifetime
{
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        await using TestIssuer issuer = new();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer));
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task An_exported_audit_is_proved_offline_and_a_changed_one_is_not()
    {
        await _gateway.RevokeAsync(new() { ["session"] = "one", ["reason"] = "=1+1, \"lost\"" });
        await _gateway.RevokeSessionAsync("two");
        string lines = await _gateway.Management.GetStringAsync("/v1/audit/export");
        JsonObject newest = JsonNode.Parse(lines.Split('\n')[0])!.AsObject();
        Assert.Equal(("key test", "revoke", "done", "127.0.0.1"),
            ((string)newest["actor"]!, (string)newest["action"]!, (string)newest["outcome"]!, (string)newest["address"]!));
        Assert.NotEmpty((string)newest["trace"]!);
        JsonNode proof = JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/audit/proof"))!;
        Assert.True((bool)proof["holds"]!);
        Assert.Equal((string)newest["hash"]!, (string)proof["newestHash"]!);

        string kept = _gateway.Folder.Write("audit.jsonl", lines);
        (int code, string said) = await VerifyAsync(kept);
        Assert.True(code == 0 && said.Contains((string)newest["hash"]!), said);
        (code, said) = await VerifyAsync(kept, "--holds", (string)newest["hash"]!);
        Assert.True(code == 0, said);
        (code, said) = await VerifyAsync(kept, "--holds", "another");
        Assert.True(code == 1, said);
        (code, said) = await VerifyAsync(_gateway.Folder.Write("changed.jsonl", lines.Replace("session main/one", "session main/two")));
        Assert.True(code == 1 && said.Contains("entry 1"), said);

        string csv = await _gateway.Management.GetStringAsync("/v1/audit/export?format=csv");
        Assert.Contains("=1+1, \"\"lost\"\"", csv, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await _gateway.Management.GetAsync("/v1/audit/export?format=xml")).StatusCode);
    }

    [Fact]
    public async Task Wrong_keys_push_nothing_out()
    {
        await _gateway.RevokeSessionAsync("one");
        using HttpClient stranger = new() { BaseAddress = new Uri(_gateway.ManagementUrl) };
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        for (int i = 0; i < 300; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/v1/audit")).StatusCode);
        JsonArray items = JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/audit?count=1000"))!["items"]!.AsArray();
        Assert.InRange(items.Count(entry => (string)entry!["actor"]! == "anonymous"), 1, 4);
        Assert.Contains(items, entry => (string?)entry!["target"] == "session main/one");
    }

    private static async Task<(int Code, string Said)> VerifyAsync(params string[] arguments)
    {
        StringWriter said = new();
        int code = await GatewayCommand.Create(AuditCommand.Create()).Parse(["audit", "verify", .. arguments])
            .InvokeAsync(new() { Output = said, Error = said });
        return (code, said.ToString());
    }
}
