using System.Net;
using System.Text.Json.Nodes;
using Gateway.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Http;

public sealed class RefusalLogTests : IAsyncLifetime
{
    private TestBackend _backend = null!;
    private TestIssuer _issuer = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _issuer = new();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_backend, _issuer).Route(("Session", "Required")));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData("expired", "it has expired (exp)", "expired 2 min ago")]
    [InlineData("audience", "its aud is not the realm's Audience", "aud another-app")]
    [InlineData("issuer", "its iss is not the realm's issuer", "iss https://elsewhere.example")]
    [InlineData("kid", "no key of the issuer has its kid and fits its alg", "kid never-seen")]
    [InlineData("signature", "its signature does not verify", "kid ")]
    public async Task A_token_that_does_not_verify_is_told_with_the_check_and_what_it_claims(string what, string check, string claim)
    {
        string token = Token(what);
        using HttpResponseMessage answer = await _gateway.GetAsync("/x?private=query", token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        LogLine line = await LineAsync();
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.StartsWith($"Refused with 401, route app: {check} (header Authorization, realm main, ", line.Text);
        Assert.Contains(claim, line.Text);
        Assert.Contains("iss ", line.Text);
        string? trace = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["traceId"];
        Assert.EndsWith($"Trace {trace}", line.Text);
        Assert.DoesNotContain(token, _gateway.Log.Text);
        Assert.DoesNotContain(token.Split('.')[2], _gateway.Log.Text);
        Assert.DoesNotContain("private", _gateway.Log.Text);
    }

    [Fact]
    public async Task A_missing_credential_a_revoked_one_and_a_malformed_request_are_told()
    {
        using (await _gateway.GetAsync("/x")) { }
        Assert.StartsWith("Refused with 401, route app: the route wants a credential and there is none that it reads. Trace ",
            (await LineAsync()).Text);

        string token = _issuer.Token(session: "s1");
        await _gateway.RevokeSessionAsync("s1");
        using (await _gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get,
            "/x") { Headers = { { "Cookie", $"other=1; access_token={token}" } } })) { }
        Assert.StartsWith("Refused with 401, route app: a revocation of its session ends it (cookie access_token, realm main, kid ",
            (await LineAsync(2)).Text);

        using (HttpResponseMessage answer = await _gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get,
            "/x") { Headers = { { "X-Long", new string('x', 40_000) } } })) Assert.Equal(431, (int)answer.StatusCode);
        Assert.StartsWith("Refused with 431, route none: The headers are too long together.", (await LineAsync(3)).Text);
        Assert.DoesNotContain(token, _gateway.Log.Text);
    }

    [Fact]
    public async Task What_the_problem_document_says_beside_the_trace_tells_nothing_apart()
    {
        string revoked = _issuer.Token(session: "s1");
        await _gateway.RevokeSessionAsync("s1");
        HashSet<string> said = [];
        foreach (string token in (string[])[revoked, Token("expired"), Token("audience"), Token("signature")])
        {
            using HttpResponseMessage answer = await _gateway.GetAsync("/x", token);
            JsonObject problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
            Assert.True(problem.Remove("traceId"));
            said.Add(problem.ToJsonString());
        }
        Assert.Single(said);
    }

    [Fact]
    public async Task A_flood_of_one_kind_hides_no_other()
    {
        const int flood = 100;
        for (int i = 0; i < flood; i++) (await _gateway.GetAsync("/x")).Dispose();
        using (await _gateway.GetAsync("/x", Token("expired"))) { }

        Assert.Equal(RefusalLog.Most, Lines().Count(line => line.Text.Contains("there is none", StringComparison.Ordinal)));
        Assert.Contains("expired", Lines()[^1].Text);
        Assert.Contains($"gateway_requests_refused_total{{status=\"401\",cause=\"missing\"}} {flood}",
            await _gateway.Management.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task A_claim_cannot_write_lines_of_its_own()
    {
        string token = _issuer.Token(change: claims => claims["aud"] = "x\r\n2026-01-01 ERROR forged\u001b[31m" + new string('a', 10_000));
        using (await _gateway.GetAsync("/x", token)) { }
        string line = (await LineAsync()).Text;
        Assert.Contains("aud x??2026-01-01 ERROR forged?[31m", line);
        Assert.DoesNotContain('\n', line);
        Assert.InRange(line.Length, 1, 1000);
    }

    [Fact]
    public async Task A_call_of_the_management_API_that_is_refused_is_told()
    {
        using HttpResponseMessage answer = await new HttpClient().GetAsync(_gateway.ManagementUrl + "/v1/nodes");
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.StartsWith("Refused with 401, route management: ", (await LineAsync()).Text);
    }

    [Fact]
    public async Task A_client_that_speaks_a_dialect_is_told_of_too()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(_backend, _issuer).Set("Gateway:Dialects:Zitadel", new JsonObject { ["Realm"] = "main" }));
        HttpRequestMessage call = new(HttpMethod.Delete,
            "/v2/sessions/1") { Headers = { Authorization = new("Bearer", Token("expired")) } };
        using HttpResponseMessage answer = await gateway.Client.SendAsync(call);
        Assert.Equal(401, (int)answer.StatusCode);
        await Eventually.TrueAsync(() => gateway.Log.Contains("Refused"));
        LogLine line = Assert.Single(gateway.Log.Lines, line => line.Text.StartsWith("Refused", StringComparison.Ordinal));
        Assert.StartsWith(
            "Refused with 401, route dialect Zitadel: it has expired (exp) (header Authorization with scheme Bearer, realm main, ",
            line.Text, StringComparison.OrdinalIgnoreCase);
    }

    private string Token(string what) => what switch
    {
        "expired" => _issuer.Token(change: claims => claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds()),
        "audience" => _issuer.Token(change: claims => claims["aud"] = "another-app"),
        "issuer" => _issuer.Token(change: claims => claims["iss"] = "https://elsewhere.example"),
        "kid" => _issuer.Token(header: new JsonObject { ["kid"] = "never-seen" }),
        _ => _issuer.Token()[..^12] + "AAAAAAAAAAAA",
    };

    private async Task<LogLine> LineAsync(int number = 1)
    {
        await Eventually.TrueAsync(() => Lines().Length >= number);
        return Lines()[number - 1];
    }

    private LogLine[] Lines() => [.. _gateway.Log.Lines.Where(line => line.Text.StartsWith("Refused with", StringComparison.Ordinal))];
}
