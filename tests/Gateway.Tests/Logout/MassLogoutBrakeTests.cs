using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Management;

namespace Gateway.Tests.Logout;

/// <summary>What would end very many sessions an administrator must confirm.</summary>
public sealed class MassLogoutBrakeTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"))
            .Set("Gateway:Limits:UnconfirmedPerCall", 20).Set("Gateway:Limits:UnconfirmedPerMinute", 25)
            .Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "main" }));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"subject":"alice"}""")]
    [InlineData("""{"client":"app"}""")]
    [InlineData("""{"everything":true}""")]
    public async Task One_call_that_would_end_many_is_confirmed_with_the_count_of_the_preview(string target)
    {
        string[] tokens = await SeeAsync(30);
        JsonObject body = JsonNode.Parse(target)!.AsObject();
        using (HttpResponseMessage refused = await PostAsync("", body))
        {
            JsonObject problem = await Problem.IsAsync(refused, 409);
            Assert.Equal(30, (int)problem["sessions"]!);
            Assert.Contains("\"confirm\": 30", (string?)problem["detail"]);
            Assert.Contains("Limits:UnconfirmedPerCall", (string?)problem["detail"]);
        }
        Assert.Equal(HttpStatusCode.OK, (await _gateway.GetAsync("/", tokens[0])).StatusCode);

        using HttpResponseMessage preview = await PostAsync("/preview", body);
        body["confirm"] = (int)(await preview.Content.ReadFromJsonAsync<JsonObject>())!["sessions"]!;
        body["confirm"] = 10;   // of another one: far too few
        await Problem.IsAsync(await PostAsync("", body), 409);
        body["confirm"] = 30;
        using HttpResponseMessage done = await PostAsync("", body);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        foreach (string token in tokens) Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.GetAsync("/", token)).StatusCode);

        // What has ended is not counted again.
        body.Remove("confirm");
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("", body)).StatusCode);
        string audit = await _gateway.Management.GetStringAsync("/v1/audit");
        Assert.Contains("30 sessions, which was not confirmed", audit);
    }

    [Fact]
    public async Task Nor_does_one_caller_end_many_one_by_one()
    {
        await SeeAsync(30);
        for (int n = 0; n < 25; n++) await _gateway.RevokeSessionAsync("s" + n);
        await _gateway.RevokeSessionAsync("s3");        // has ended
        await _gateway.RevokeSessionAsync("unknown");   // ends nothing
        JsonObject next = new() { ["session"] = "s25" };
        JsonObject problem = await Problem.IsAsync(await PostAsync("", next), 409);
        Assert.Equal(1, (int)problem["sessions"]!);
        Assert.Contains("Limits:UnconfirmedPerMinute", (string?)problem["detail"]);
        next["confirm"] = 1;
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("", next)).StatusCode);
    }

    [Fact]
    public async Task Who_ends_his_own_sessions_confirms_nothing()
    {
        string[] tokens = await SeeAsync(30);
        using HttpRequestMessage others = new(HttpMethod.Delete, "/sessions") { Headers = { Authorization = new("Bearer", tokens[0]) } };
        using HttpResponseMessage answer = await _gateway.Client.SendAsync(others);
        Assert.Equal("""{"count":29}""", (await answer.Content.ReadAsStringAsync()).Trim());
    }

    [Fact]
    public async Task An_administrators_call_of_a_vendors_is_confirmed_in_a_header()
    {
        await SeeAsync(30);
        using (HttpResponseMessage refused = await _gateway.Management.DeleteAsync("/admin/identities/alice/sessions"))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Equal("""{"error":{"code":409,"status":"Conflict","reason":"Nothing has changed. If that is meant, send the header """
                + """Gateway-Confirm: 30.","message":"The request would end 30 sessions"}}""",
                (await refused.Content.ReadAsStringAsync()).Trim());
        }
        using HttpRequestMessage confirmed = new(HttpMethod.Delete, "/admin/identities/alice/sessions")
        {
            Headers = { { "Gateway-Confirm", "30" } },
        };
        Assert.Equal(HttpStatusCode.NoContent, (await _gateway.Management.SendAsync(confirmed)).StatusCode);
    }

    [Theory]
    [InlineData("-1"), InlineData("\"1\""), InlineData("1.5"), InlineData("null"), InlineData("99999999999")]
    public async Task A_confirmation_is_a_number(string confirm)
    {
        JsonObject body = JsonNode.Parse("{\"session\":\"a\",\"confirm\":" + confirm + "}")!.AsObject();
        JsonObject problem = await Problem.IsAsync(await PostAsync("", body), 400);
        Assert.Contains("'confirm' must be a whole number", (string?)problem["detail"]);
    }

    private async Task<string[]> SeeAsync(int sessions)
    {
        string[] tokens = [.. Enumerable.Range(0, sessions)
            .Select(n => _issuer.Token("alice", "s" + n, claims => claims["azp"] = "app"))];
        foreach (string token in tokens) Assert.Equal(HttpStatusCode.OK, (await _gateway.GetAsync("/", token)).StatusCode);
        return tokens;
    }

    private Task<HttpResponseMessage> PostAsync(string path, JsonObject body)
        => _gateway.Management.PostAsJsonAsync("/v1/revocations" + path, body);
}
