using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Enforcement;

public sealed class ReportModeTests
{
    [Fact]
    public async Task Everything_passes_as_it_came_but_what_is_revoked_and_is_told_and_counted()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend,
            issuer).Route(("Session", "Required"), ("Mode", "Report")));
        string expired = issuer.Token(change: claims => claims["exp"] = 1), good = issuer.Token(session: "s1"),
            revoked = issuer.Token(session: "gone");
        await gateway.RevokeSessionAsync("gone");

        using (HttpResponseMessage none = await gateway.GetAsync("/none")) Assert.Equal(HttpStatusCode.OK, none.StatusCode);
        using (HttpResponseMessage late = await SendAsync(gateway, "/late", $"a=1; access_token={expired}; b=2"))
            Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        using (HttpResponseMessage fine = await gateway.GetAsync("/good", good)) Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
        using (HttpResponseMessage ended = await gateway.GetAsync("/ended", revoked))
            Assert.Equal(HttpStatusCode.Unauthorized, ended.StatusCode);

        Assert.Equal(["/none", "/late", "/good"], backend.Requests.Select(request => request.Path));
        Assert.Equal($"a=1; access_token={expired}; b=2", backend.Requests.Single(request => request.Path == "/late")["Cookie"]);
        string[] told = [.. gateway.Log.Lines.Where(line => line.Text.StartsWith("Would be refused", StringComparison.Ordinal)).Select(line
            => line.Text)];
        Assert.Equal(2, told.Length);
        Assert.StartsWith("Would be refused with 401, route app: the route wants a credential", told[0]);
        Assert.StartsWith("Would be refused with 401, route app: it has expired (exp) (cookie access_token, realm main, ", told[1]);
        string metrics = await gateway.Management.GetStringAsync("/metrics");
        Assert.Contains("gateway_requests_reported_total{status=\"401\",cause=\"missing\"} 1", metrics);
        Assert.Contains("gateway_requests_reported_total{status=\"401\",cause=\"invalid\"} 1", metrics);
        Assert.Contains("gateway_requests_refused_total{status=\"401\",cause=\"revoked\"} 1", metrics);
        Assert.DoesNotContain("gateway_requests_refused_total{status=\"401\",cause=\"missing\"}", metrics);
    }

    [Fact]
    public async Task A_good_credential_beside_a_bad_one_still_ends_what_it_has_opened()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend,
            issuer).Route(("Session", "Required"), ("Mode", "Report")));
        HttpRequestMessage request = new(HttpMethod.Get,
            "/sse") { Headers = { Authorization = new("Bearer", issuer.Token(session: "s1")) } };
        request.Headers.Add("Cookie", $"access_token={issuer.Token(change: claims => claims["exp"] = 1)}");
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await gateway.RevokeSessionAsync("s1");

        Assert.Contains("session-ended", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("Report", null, 200)]
    [InlineData("Report", "Enforce", 401)]
    [InlineData("Enforce", "Report", 200)]
    [InlineData(null, null, 401)]
    public async Task A_route_has_its_own_mode_or_that_of_all(string? all, string? own, int expected)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(backend, issuer).Route(("Session", "Required"));
        if (all is not null) settings.Set("Gateway:Enforcement:Mode", all);
        if (own is not null) settings.Route(("Mode", own));
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        using HttpResponseMessage answer = await gateway.GetAsync("/x");
        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(all == "Report", gateway.Log.Contains("Gateway:Enforcement:Mode is Report"));
    }

    [Fact]
    public async Task A_path_that_no_policy_can_decide_passes_under_that_of_its_route()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(backend, issuer).Set("Gateway:Enforcement:Mode", "Report");
        settings.Set("Gateway:Realms:keys",
            new JsonObject { ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Api-Key" }), ["Opaque"] = new JsonObject() });
        foreach (string realm in (string[])["main", "keys"])
            settings.Set($"ReverseProxy:Routes:{realm}", new JsonObject
            {
                ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = $"/{realm}/{{**rest}}" },
                ["Metadata"] = new JsonObject { ["Realms"] = realm },
            });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        string revoked = issuer.Token(session: "gone");
        await gateway.RevokeSessionAsync("gone");

        using (HttpResponseMessage answer = await gateway.GetAsync("/main/..%2fkeys/x", issuer.Token()))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(gateway.Log.Contains("Would be refused with 400, route main: Servers read this path in different ways"));
        using HttpResponseMessage ended = await gateway.GetAsync("/main/..%2fkeys/x", revoked);
        Assert.Equal(HttpStatusCode.Unauthorized, ended.StatusCode);
    }

    [Fact]
    public async Task A_stale_node_lets_it_pass_and_refuses_what_it_knows_to_be_revoked()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        Fence fence = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("Mode", "Report")),
            fence);
        string revoked = issuer.Token(session: "gone");
        await gateway.RevokeSessionAsync("gone");
        fence.Up = true;

        using HttpResponseMessage answer = await gateway.GetAsync("/x", issuer.Token());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(gateway.Log.Contains("Would be refused with 503, route app: this node holds no usable lease"));
        using HttpResponseMessage known = await gateway.GetAsync("/x", revoked);
        Assert.Equal(HttpStatusCode.Unauthorized, known.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(InProcessGateway gateway, string path, string cookie)
        => gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", cookie } } });
}
