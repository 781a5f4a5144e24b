using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Management;

public sealed class RevocationApiTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: _issuer));

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"session":"s1"}""", "session", "session", "s1")]
    [InlineData("""{"subject":"u1","exceptSession":"s2","realm":"main"}""", "subject", "exceptSession", "s2")]
    [InlineData("""{"client":"c1","before":"2026-01-01T00:00:00Z"}""", "client", "client", "c1")]
    [InlineData("""{"token":"jti-1"}""", "token", "token", "jti-1")]
    public async Task Every_target_is_recorded_as_it_was_named(string body, string kind, string member, string value)
    {
        JsonObject answer = await _gateway.RevokeAsync(JsonNode.Parse(body)!.AsObject());

        Assert.Equal(kind, (string?)answer["target"]!["kind"]);
        Assert.Equal("main", (string?)answer["target"]!["realm"]);
        Assert.Equal(value, (string?)answer["target"]![member]);
        Assert.True(Guid.TryParse((string?)answer["id"], out _));
        Assert.True((long)answer["position"]! > 0);
        Assert.Equal(1, (int)answer["enforced"]!["nodes"]!);
        Assert.Equal(1, (int)answer["enforced"]!["of"]!);
        Assert.True((double)answer["enforced"]!["milliseconds"]! >= 0);
        Assert.True((DateTimeOffset)answer["expires"]! > (DateTimeOffset)answer["at"]!);
    }

    [Fact]
    public async Task Everything_of_a_realm_can_be_revoked()
    {
        JsonObject answer = await _gateway.RevokeAsync(new() { ["everything"] = true });

        Assert.Equal("realm", (string?)answer["target"]!["kind"]);
        Assert.True((bool)answer["target"]!["everything"]!);
    }

    [Fact]
    public async Task The_location_leads_to_the_revocation()
    {
        using HttpResponseMessage created = await _gateway.Management.PostAsJsonAsync("/v1/revocations",
            new { session = "s1", reason = "lost phone" });
        JsonObject one = await _gateway.Management.GetFromJsonAsync<JsonObject>(created.Headers.Location) ?? [];

        Assert.Equal("s1", (string?)one["target"]!["session"]);
        Assert.Equal("lost phone", (string?)one["reason"]);
        Assert.Equal("key test", (string?)one["actor"]);
        Assert.Null(one["reinstated"]);
    }

    [Fact]
    public async Task A_reinstatement_undoes_it_and_is_told_with_it()
    {
        string id = (string)(await _gateway.RevokeSessionAsync("s1"))["id"]!;

        using HttpResponseMessage deleted = await _gateway.Management.DeleteAsync($"/v1/revocations/{id}");
        using HttpResponseMessage again = await _gateway.Management.DeleteAsync($"/v1/revocations/{id}");
        JsonObject one = await _gateway.Management.GetFromJsonAsync<JsonObject>($"/v1/revocations/{id}") ?? [];

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(id, (string?)one["reinstated"]!["revocation"]);
        Assert.Equal(0, _gateway.Get<Gateway.Revocation.RevocationIndex>().Count);
    }

    [Fact]
    public async Task The_same_key_gives_the_same_revocation_and_another_body_is_refused()
    {
        async Task<HttpResponseMessage> PostAsync(string session)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/revocations") { Content = JsonContent.Create(new { session }) };
            request.Headers.Add("Idempotency-Key", "k1");
            return await _gateway.Management.SendAsync(request);
        }
        using HttpResponseMessage first = await PostAsync("s1"), second = await PostAsync("s1"), other = await PostAsync("s2");

        JsonNode? a = await first.Content.ReadFromJsonAsync<JsonNode>(), b = await second.Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal((string?)a!["id"], (string?)b!["id"]);
        Assert.Equal((long)a["position"]!, (long)b["position"]!);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    [Fact]
    public async Task A_list_is_paged_newest_first_and_filtered()
    {
        for (int i = 0; i < 7; i++) await _gateway.RevokeSessionAsync($"s{i}");
        string last = (string)(await _gateway.RevokeAsync(new() { ["subject"] = "u1" }))["id"]!;
        await _gateway.Management.DeleteAsync($"/v1/revocations/{last}");

        List<string> ids = [];
        string? after = null;
        do
        {
            JsonObject page = await _gateway.Management.GetFromJsonAsync<JsonObject>(
                $"/v1/revocations?kind=session&count=3{(after is null ? "" : "&after=" + after)}") ?? [];
            ids.AddRange(page["items"]!.AsArray().Select(item => (string)item!["target"]!["session"]!));
            after = (string?)page["next"];
        }
        while (after is not null);

        Assert.Equal(["s6", "s5", "s4", "s3", "s2", "s1", "s0"], ids);
        JsonObject acting = await _gateway.Management.GetFromJsonAsync<JsonObject>("/v1/revocations?active=true") ?? [];
        Assert.Equal(7, acting["items"]!.AsArray().Count);
        JsonObject all = await _gateway.Management.GetFromJsonAsync<JsonObject>("/v1/revocations") ?? [];
        Assert.Equal(8, all["items"]!.AsArray().Count);
        JsonObject one = await _gateway.Management.GetFromJsonAsync<JsonObject>("/v1/revocations?target=s3&realm=main&actor=key%20test")
            ?? [];
        Assert.Single(one["items"]!.AsArray());
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"sesion":"s1"}""", 400)]
    [InlineData("""{"session":"s1","session":"s2"}""", 400)]
    [InlineData("""{"session":"s1","subject":"u1"}""", 400)]
    [InlineData("""{"session":1}""", 400)]
    [InlineData("""{"session":""}""", 400)]
    [InlineData("""{"session":null}""", 400)]
    [InlineData("""{"session":"\ud800"}""", 400)]
    [InlineData("""{"\ud800":"s1"}""", 400)]
    [InlineData("""{"session":"s1","before":"2026-01-01T00:00:00Z"}""", 400)]
    [InlineData("""{"subject":"u1","before":"2999-01-01T00:00:00Z"}""", 400)]
    [InlineData("""{"subject":"u1","before":"9999-12-31T23:59:59.9999999Z","allowFuture":true}""", 400)]
    [InlineData("""{"subject":"u1","before":"2026-01-01T00:00:00"}""", 400)]
    [InlineData("""{"subject":"u1","before":"yesterday"}""", 400)]
    [InlineData("""{"session":"s1","expires":"2001-01-01T00:00:00Z"}""", 400)]
    [InlineData("""{"session":"s1","exceptSession":"s2"}""", 400)]
    [InlineData("""{"everything":false}""", 400)]
    [InlineData("""{"session":"s1","realm":"nowhere"}""", 400)]
    [InlineData("""{"session":"s1"} trailing""", 400)]
    [InlineData("""{"session":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":1}}}}}}}}}""", 400)]
    public async Task A_body_that_could_be_misread_is_refused(string body, int status)
    {
        using HttpResponseMessage answer = await _gateway.Management.PostAsync("/v1/revocations",
            new StringContent(body, Encoding.UTF8, "application/json"));

        await Problem.IsAsync(answer, status);
        Assert.Equal(0, _gateway.Get<Gateway.Revocation.RevocationIndex>().Count);
    }

    [Theory]
    [InlineData("POST", "/v1/revocations?wiat=local"), InlineData("POST", "/v1/revocations?wait=all&wait=local"),
        InlineData("DELETE", "/v1/revocations/00000000-0000-0000-0000-000000000001?resaon=x"),
        InlineData("GET", "/v1/revocations?tagret=x")]
    public async Task A_mistyped_or_repeated_parameter_is_an_error(string method, string path)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path)
            { Content = method == "POST" ? JsonContent.Create(new { session = "s" }) : null };
        using HttpResponseMessage answer = await _gateway.Management.SendAsync(request);
        await Problem.IsAsync(answer, 400);
        Assert.Equal(0, _gateway.Get<Gateway.Revocation.RevocationIndex>().Count);
    }

    [Fact]
    public async Task An_unknown_field_is_named()
    {
        using HttpResponseMessage answer = await _gateway.Management.PostAsJsonAsync("/v1/revocations", new { sesion = "s1" });

        Assert.Contains("'sesion'", (string?)(await Problem.IsAsync(answer, 400))["detail"]);
    }

    [Fact]
    public async Task A_future_cut_off_needs_to_be_meant()
    {
        JsonObject answer = await _gateway.RevokeAsync(
            new() { ["subject"] = "u1", ["before"] = "2999-01-01T00:00:00Z", ["allowFuture"] = true });

        Assert.Equal("u1", (string?)answer["target"]!["subject"]);
    }

    [Fact]
    public async Task Too_much_and_the_wrong_kind_are_4xx()
    {
        using HttpResponseMessage longId = await _gateway.Management.PostAsJsonAsync("/v1/revocations",
            new { session = new string('x', 10 * 1024) });
        using HttpResponseMessage longBody = await _gateway.Management.PostAsJsonAsync("/v1/revocations",
            new { session = new string('x', 1024 * 1024) });
        using HttpResponseMessage form = await _gateway.Management.PostAsync("/v1/revocations",
            new FormUrlEncodedContent([new("session", "s1")]));
        using HttpResponseMessage none = await _gateway.Management.PostAsync("/v1/revocations", null);
        using HttpResponseMessage path = await _gateway.Management.GetAsync("/v1/revocations/" + new string('x', 7000));
        using HttpResponseMessage method = await _gateway.Management.PutAsync("/v1/revocations", null);
        using HttpResponseMessage nothing = await _gateway.Management.GetAsync("/v1/nothing");
        using HttpResponseMessage wait = await _gateway.Management.PostAsJsonAsync("/v1/revocations?wait=never", new { session = "s1" });
        using HttpResponseMessage filter = await _gateway.Management.GetAsync("/v1/revocations?targt=s1");

        await Problem.IsAsync(longId, 400);
        await Problem.IsAsync(longBody, 413);
        await Problem.IsAsync(form, 415);
        await Problem.IsAsync(none, 415);
        await Problem.IsAsync(path, 404);
        await Problem.IsAsync(method, 405);
        await Problem.IsAsync(nothing, 404);
        await Problem.IsAsync(wait, 400);
        await Problem.IsAsync(filter, 400);
    }

    [Fact]
    public async Task A_token_is_kept_as_its_fingerprint()
    {
        string jwt = _issuer.Token("u1", "s1");

        JsonObject answer = await _gateway.RevokeAsync(new() { ["token"] = jwt });

        Assert.Equal(43, ((string)answer["target"]!["token"]!).Length);
        Assert.DoesNotContain(jwt, answer.ToJsonString());
    }
}
