using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Sessions;

namespace Gateway.Tests.Management.Explain;

public sealed class ExplainTests : IAsyncLifetime
{
    private TestBackend _backend = null!;
    private TestIssuer _issuer = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _issuer = new();
        JsonObject settings = GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"), ("Realms", "main"));
        settings.Set("ReverseProxy:Routes:open",
            new JsonObject { ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = "/open/{**rest}" } });
        settings.Set("Gateway:Realms:legacy",
            new JsonObject { ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = "legacy_session" }),
                ["Opaque"] = new JsonObject() });
        settings.Set("Gateway:Dialects:Zitadel", new JsonObject { ["Realm"] = "main" });
        _gateway = await InProcessGateway.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_explained_check_by_check_also_behind_the_first_that_fails()
    {
        string token = _issuer.Token(session: "s1", change: claims
            => (claims["exp"], claims["aud"]) = (DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), "other"));
        JsonObject answer = await ExplainAsync(new() { ["token"] = token, ["realm"] = "main" });

        Assert.Equal("invalid", (string?)answer["outcome"]);
        JsonNode main = Assert.Single(answer["realms"]!.AsArray())!;
        Assert.StartsWith("its aud is not the realm's Audience (", (string?)main["reason"]);
        Dictionary<string, JsonNode> steps = main["steps"]!.AsArray().ToDictionary(step => (string)step!["step"]!, step => step!);
        Assert.Equal(["form", "alg", "claims", "iss", "aud", "session", "exp, nbf", "key"], steps.Keys);
        Assert.Equal(["aud", "exp, nbf"], steps.Where(step => !(bool)step.Value["passed"]!).Select(step => step.Key));
        Assert.Contains("other; the realm takes " + _issuer.Audience, (string?)steps["aud"]["detail"]);
        Assert.Contains("expired 5 min ago", (string?)steps["exp, nbf"]["detail"]);
        Assert.Contains("sid s1", (string?)steps["session"]["detail"]);
    }

    [Fact]
    public async Task A_good_token_a_forged_one_and_a_revoked_one_are_told_apart()
    {
        JsonObject good = await ExplainAsync(new() { ["token"] = _issuer.Token("alice", "s1"), ["realm"] = "main" });
        Assert.Equal("good", (string?)good["outcome"]);
        Assert.Equal(("s1", "alice"),
            ((string?)good["realms"]![0]!["identity"]!["session"], (string?)good["realms"]![0]!["identity"]!["subject"]));
        Assert.True((bool)good["realms"]![0]!["steps"]!.AsArray()[^1]!["passed"]!);

        JsonObject forged = await ExplainAsync(new() { ["token"] = _issuer.Token()[..^12] + "AAAAAAAAAAAA", ["realm"] = "main" });
        Assert.Equal(("invalid", "signature"),
            ((string?)forged["outcome"], (string?)forged["realms"]![0]!["steps"]!.AsArray()[^1]!["step"]));

        await _gateway.RevokeAsync(new() { ["realm"] = "main", ["subject"] = "alice" });
        JsonObject revoked = await ExplainAsync(new() { ["token"] = _issuer.Token("alice", "s2", claims
            => (claims["auth_time"], claims["iat"]) = (1000, 1000)), ["realm"] = "main" });
        Assert.Equal(("revoked", "subject"), ((string?)revoked["outcome"], (string?)revoked["realms"]![0]!["revokedBy"]));
    }

    [Fact]
    public async Task Without_a_realm_every_realm_says_what_it_makes_of_it()
    {
        JsonObject answer = await ExplainAsync(new() { ["token"] = "an-opaque-value" });
        Assert.Equal([("legacy", "good"), ("main", "invalid")],
            answer["realms"]!.AsArray().Select(one => ((string)one!["realm"]!, (string)one["outcome"]!)).Order());
    }

    [Theory]
    [InlineData("/x", "", "refused", 401, "the route wants a credential")]
    [InlineData("/x", "good", "passes", null, null)]
    [InlineData("https://app.example/x?y=1", "good", "passes", null, null)]
    [InlineData("/x", "expired", "refused", 401, "it has expired (exp) (header Authorization, realm main")]
    [InlineData("/open/x", "expired", "passes", null, null)]
    [InlineData("/x", "revoked", "refused", 401, "a revocation of its session ends it (header Authorization, realm main")]
    [InlineData("/v2/sessions/1", "good", "dialect", null, null)]
    public async Task A_request_is_explained_from_its_route_to_the_gate(string url, string token, string outcome, int? status,
        string? reason)
    {
        string bearer = token switch
        {
            "expired" => _issuer.Token(change: claims => claims["exp"] = 1),
            "revoked" => _issuer.Token(session: "gone"),
            _ => _issuer.Token(),
        };
        await _gateway.RevokeSessionAsync("gone");
        JsonObject headers = token.Length == 0 ? [] : new() { ["Authorization"] = "Bearer " + bearer };
        JsonObject answer = await ExplainAsync(new() { ["request"] = new JsonObject { ["method"] = outcome == "dialect" ? "DELETE"
            : "GET", ["url"] = url, ["headers"] = headers } });

        Assert.Equal((outcome, status), ((string?)answer["outcome"], (int?)answer["status"]));
        if (reason is not null) Assert.StartsWith(reason, (string?)answer["reason"]);
        if (outcome == "dialect") return;
        Assert.Equal(url.StartsWith("/open", StringComparison.Ordinal) ? "open" : "app", (string?)answer["route"]);
        Assert.Equal("app", (string?)answer["cluster"]);
        // The answer says what the gateway does.
        using HttpResponseMessage really = await _gateway.GetAsync(new Uri(new Uri("http://x/"), url).PathAndQuery, token.Length == 0 ? null
            : bearer);
        Assert.Equal(status ?? 200, (int)really.StatusCode);
    }

    [Fact]
    public async Task Each_copy_of_a_credential_is_told_with_its_place()
    {
        JsonObject answer = await ExplainAsync(new()
        {
            ["request"] = new JsonObject
            {
                ["url"] = "/x?access_token=" + _issuer.Token(change: claims => claims["exp"] = 1),
                ["headers"] = new JsonObject { ["Cookie"] = new JsonArray("access_token=" + _issuer.Token(session: "s1"),
                    "legacy_session=abc") },
            },
        });
        Assert.Equal("passes", (string?)answer["outcome"]);
        Assert.Equal(
            [("cookie access_token", "good"), ("cookie legacy_session", "not asked"), ("query parameter access_token", "invalid")],
            answer["credentials"]!.AsArray().Select(one => ((string)one!["location"]!, (string)one["outcome"]!)).Order());
    }

    [Fact]
    public async Task Nothing_notes_what_was_explained()
    {
        string good = _issuer.Token(session: "only-explained"),
            bad = _issuer.Token(session: "only-explained", change: claims => claims["exp"] = 1);
        foreach (string token in (string[])[good, bad])
        {
            await ExplainAsync(new() { ["token"] = token, ["realm"] = "main" });
            await ExplainAsync(new() { ["request"] = new JsonObject { ["url"] = "/x",
                ["headers"] = new JsonObject { ["Authorization"] = "Bearer " + token } } });
        }
        Assert.Empty(await _gateway.Get<SessionRegistry>().ListAsync(new("main", null, null), 0, 10, CancellationToken.None));
        Assert.Empty(_backend.Requests);
        Assert.DoesNotContain("Refused", _gateway.Log.Text);
        Assert.DoesNotContain(good, _gateway.Log.Text);
        Assert.DoesNotContain("gateway_requests_refused_total{", await _gateway.Management.GetStringAsync("/metrics"));
        Assert.Empty(JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/audit"))!["items"]!.AsArray());
    }

    [Theory]
    [InlineData("{}", "Name exactly one of token, request.")]
    [InlineData("""{"token":"a","request":{"url":"/"}}""", "Name exactly one of token, request.")]
    [InlineData("""{"request":{}}""", "'url' is missing")]
    [InlineData("""{"request":{"url":"ftp://x/"}}""", "must begin with")]
    [InlineData("""{"request":{"url":"/","header":{}}}""", "'header' is not known here")]
    [InlineData("""{"request":{"url":"/","headers":{"A b":"c"}}}""", "no name of a header")]
    [InlineData("""{"token":"a","realm":"nowhere"}""", "There is no such realm")]
    [InlineData("""{"request":{"url":"/"},"realm":"main"}""", "'realm' goes with token")]
    public async Task What_is_wrong_in_the_question_is_said(string body, string said)
    {
        using HttpResponseMessage answer = await _gateway.Management.PostAsync("/v1/explain",
            new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains(said, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]);
    }

    private async Task<JsonObject> ExplainAsync(JsonObject question)
    {
        using HttpResponseMessage answer = await _gateway.Management.PostAsJsonAsync("/v1/explain", question);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!.AsObject();
    }
}
