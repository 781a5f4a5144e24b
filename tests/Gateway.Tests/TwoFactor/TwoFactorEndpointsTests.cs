using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Store;
using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class TwoFactorEndpointsTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        JsonObject settings = GatewaySettings.For(issuer: _issuer);
        settings.Set("Gateway:TwoFactor:Smtp:Host", "127.0.0.1");
        settings.Set("Gateway:TwoFactor:Smtp:From", "gateway@example.org");
        _gateway = await InProcessGateway.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    private async Task<(int Status, JsonNode? Body)> CallAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        HttpRequestMessage request = new(method, "/v1/two-factor/" + path);
        if (body is not null) request.Content = JsonContent.Create(body);
        using HttpResponseMessage response = await _gateway.Management.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    [Fact]
    public async Task An_authenticator_is_begun_confirmed_told_and_removed()
    {
        (int status, JsonNode? begun) = await CallAsync(HttpMethod.Post, "main/alice/totp");
        Assert.Equal(200, status);
        AuthenticatorApp app = AuthenticatorApp.Scan((string)begun!["uri"]!);
        Assert.Equal("""{"user":"alice","methods":[],"backupCodes":0,"pending":true}""",
            (await CallAsync(HttpMethod.Get, "main/alice")).Body!.ToJsonString());

        (status, JsonNode? wrong) = await CallAsync(HttpMethod.Post, "main/alice/totp/confirm", new JsonObject { ["code"] = "abcdef" });
        Assert.Equal((400, "The code is wrong, or no authenticator waits for one. Send the code that the app shows now, or begin again."),
            (status, (string)wrong!["detail"]!));
        (status, JsonNode? confirmed) = await CallAsync(HttpMethod.Post, "main/alice/totp/confirm",
            new JsonObject { ["code"] = app.Code(DateTimeOffset.UtcNow).Insert(3, " ") });
        Assert.Equal((200, Codes.BackupCount), (status, confirmed!["backupCodes"]!.AsArray().Count));

        string told = (await CallAsync(HttpMethod.Get, "main/alice")).Body!.ToJsonString();
        Assert.Equal("""{"user":"alice","methods":["totp"],"backupCodes":12,"pending":false}""", told);
        Assert.Equal(204, (await CallAsync(HttpMethod.Delete, "main/alice/totp")).Status);
        Assert.Equal(404, (await CallAsync(HttpMethod.Delete, "main/alice/totp")).Status);
    }

    [Fact]
    public async Task Password_and_email_are_set_listed_and_removed_together()
    {
        Assert.Equal(204,
            (await CallAsync(HttpMethod.Put, "main/bob%2Fx%40y/password", new JsonObject { ["password"] = "päss wörd" })).Status);
        Assert.Equal(204,
            (await CallAsync(HttpMethod.Put, "main/bob%2Fx%40y/email", new JsonObject { ["address"] = "bob@example.org" })).Status);
        Factors factors = await _gateway.Get<Enrolment>().ReadAsync(new("main", "bob/x@y"), default);
        Assert.True(SlowHash.Matches(factors.Password!, Codes.PasswordDigest("päss wörd")));
        Assert.Equal("""{"items":[{"user":"bob/x@y","methods":["email","password"],"backupCodes":0,"pending":false}]}""",
            (await CallAsync(HttpMethod.Get, "main")).Body!.ToJsonString());
        Assert.Equal(204, (await CallAsync(HttpMethod.Delete, "main/bob%2Fx%40y")).Status);
        Assert.Equal("""{"items":[]}""", (await CallAsync(HttpMethod.Get, "main")).Body!.ToJsonString());
        IReadOnlyList<AuditEntry> audit = await _gateway.Get<AuditLog>().ListAsync(null, 10, default);
        Assert.Equal(["two-factor remove", "two-factor enroll", "two-factor enroll"],
            audit.Where(entry => entry.Target == "user main/bob/x@y").Select(entry => entry.Action));
        Assert.DoesNotContain("wörd", _gateway.Log.Text);
    }

    [Theory]
    [InlineData("PUT", "main/a/password", "{}", 400)]
    [InlineData("PUT", "main/a/password", "{\"password\":\"\"}", 400)]
    [InlineData("PUT", "main/a/password", "{\"password\":7}", 400)]
    [InlineData("PUT", "main/a/email", "{\"address\":\"nonsense\"}", 400)]
    [InlineData("PUT", "main/a/email", "{\"address\":\"a@b.c\\r\\nBcc: d@e.f\"}", 400)]
    [InlineData("PUT", "main/a/email", "{\"address\":\"<a@b.c>\"}", 400)]
    [InlineData("PUT", "nowhere/a/email", "{\"address\":\"a@b.c\"}", 404)]
    [InlineData("POST", "main/a/totp/confirm", "{\"code\":\"123456\"}", 400)]
    [InlineData("POST", "nowhere/a/totp", null, 404)]
    [InlineData("GET", "nowhere", null, 404)]
    [InlineData("DELETE", "main/a/sms", null, 400)]
    [InlineData("DELETE", "main/a%00b/totp", null, 400)]
    public async Task What_cannot_be_is_refused(string method, string path, string? body, int status) =>
        Assert.Equal(status, (await CallAsync(new HttpMethod(method), path, body is null ? null : JsonNode.Parse(body))).Status);

    [Fact]
    public async Task Without_a_key_nobody_enrols()
    {
        _gateway.Management.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(401, (await CallAsync(HttpMethod.Post, "main/alice/totp")).Status);
        using HttpResponseMessage public_ = await _gateway.Client.PostAsync("/v1/two-factor/main/alice/totp", null);
        Assert.NotEqual(HttpStatusCode.OK, public_.StatusCode);
    }
}
