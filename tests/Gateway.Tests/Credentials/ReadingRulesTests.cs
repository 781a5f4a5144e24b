using Gateway.Tests.Support;

namespace Gateway.Tests.Credentials;

/// <summary>The reading rules, one by one, over the wire.</summary>
public sealed class ReadingRulesTests(ReadingHost host) : IClassFixture<ReadingHost>
{
    private static readonly string Basic = "Basic " + Convert.ToBase64String("user:password"u8);

    private async Task Refuses(int status, string target, params string[] headers)
    {
        Outcome outcome = await host.Send(target, [.. headers.Select(Fill)]);
        Assert.True(status == outcome.Status, $"{target} {string.Join(" | ", headers)}: {outcome.Answer}");
        Assert.False(outcome.IsForwarded);
    }

    private async Task<RecordedRequest> Forwards(string target, params string[] headers)
    {
        Outcome outcome = await host.Send(target, [.. headers.Select(Fill)]);
        Assert.True(outcome.Status == 200, $"{target} {string.Join(" | ", headers)}: {outcome.Answer}");
        return outcome.Forwarded!;
    }

    private string Fill(string text) => text.Replace("GOOD", host.Good).Replace("REVOKED", host.Revoked).Replace("BASIC", Basic);

    [Theory]
    [InlineData("/required/x", "Authorization: Bearer GOOD")]
    [InlineData("/required/x", "Authorization: bEaReR GOOD")]
    [InlineData("/required/x", "Cookie: access_token=GOOD")]
    [InlineData("/required/x", "Cookie: a=1; access_token=GOOD; b=2")]
    [InlineData("/required/x", "X-Api-Key: some-key")]
    [InlineData("/required/x", "Cookie: sid_key=some-key")]
    [InlineData("/x", "Accept: text/html")]
    [InlineData("/x", "Authorization: BASIC")]
    [InlineData("/ignore/x", "Authorization: Bearer REVOKED")]
    [InlineData("/ignore/x", "Authorization: Nonsense, Bearer REVOKED")]
    public async Task Ordinary_requests_go_through(string target, string header) => await Forwards(target, header);

    [Theory]
    [InlineData("Bearer  GOOD"), InlineData("Bearer\tGOOD"), InlineData("Bearer"), InlineData("GOOD"), InlineData("Token GOOD")]
    [InlineData("Bearer GOOD, Bearer REVOKED"), InlineData("Bearer GOOD Bearer REVOKED"), InlineData("Bearer \"GOOD\""), InlineData("Bearer GOOD,")]
    [InlineData("JWT REVOKED"), InlineData("Basic REVOKED"), InlineData("Digest token=\"REVOKED\""), InlineData("token=REVOKED"), InlineData("Bearer: REVOKED")]
    public async Task Rule_1_a_header_is_one_scheme_one_space_and_one_token(string value)
    {
        await Refuses(400, "/x", "Authorization: " + value);
        await Refuses(400, "/required/x", "Authorization: " + value);
    }

    [Fact]
    public async Task Rule_1_a_token_within_basic_is_refused()
    {
        string hidden = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("oauth2:" + host.Revoked));
        await Refuses(400, "/x", "Authorization: Basic " + hidden);
        await Refuses(401, "/required/x", "Authorization: BASIC");
    }

    [Fact]
    public async Task Rule_1_equal_repeats_are_one_and_differing_ones_refused()
    {
        RecordedRequest request = await Forwards("/required/x", "Authorization: Bearer GOOD", "Authorization: bearer GOOD");
        Assert.Equal("Bearer " + host.Good, request.Authorization);
        await Refuses(400, "/required/x", "Authorization: Bearer GOOD", "Authorization: Bearer REVOKED");
        await Refuses(400, "/x", "Authorization: BASIC", "Authorization: Bearer GOOD");
        await Refuses(400, "/x", "Authorization: BASIC", "Authorization: BASIC");
    }

    [Theory]
    [InlineData("Cookie: access_token=GOOD; access_token=REVOKED"), InlineData("Cookie: access_token=\"GOOD\""), InlineData("Cookie: Access_Token=GOOD")]
    [InlineData("Cookie: access%5Ftoken=GOOD"), InlineData("Cookie: access%255Ftoken=GOOD"), InlineData("Cookie: access_token =GOOD"), InlineData("Cookie: \"access_token\"=GOOD")]
    [InlineData("Cookie: a=1, access_token=GOOD"), InlineData("Cookie: a=1 access_token=GOOD"), InlineData("Cookie: a=\"1\"access_token=GOOD"), InlineData("Cookie: access_token=GOOD GOOD")]
    [InlineData("Cookie: access_token=GOOD,access_token=REVOKED"), InlineData("Cookie: access_token=Bearer GOOD"), InlineData("Cookie: access.token=GOOD"), InlineData("Cookie: access_token[]=GOOD")]
    [InlineData("Cookie: access_token=; access_token=GOOD"), InlineData("Cookie: access_token"), InlineData("Cookie: ACCESS_TOKEN=REVOKED; access_token=GOOD")]
    [InlineData("Cookie: =access_token=REVOKED"), InlineData("Cookie: a=access_token=REVOKED")]
    public async Task Rule_2_a_cookie_has_one_name_and_one_value(string header)
    {
        await Refuses(400, "/x", header);
        await Refuses(400, "/required/x", header);
    }

    [Fact]
    public async Task Rule_2_cookies_are_read_across_all_headers()
    {
        await Refuses(400, "/x", "Cookie: access_token=GOOD", "Cookie: access_token=REVOKED");
        await Refuses(401, "/x", "Cookie: a=1", "Cookie: access_token=REVOKED");
        RecordedRequest request = await Forwards("/required/x", "Cookie: a=1; access_token=GOOD", "Cookie: access_token=GOOD; b=2");
        Assert.Equal($"a=1; access_token={host.Good}; b=2", request["Cookie"]);
        Assert.Null((await Forwards("/x", "Cookie: access_token="))["Cookie"]);
    }

    [Theory]
    [InlineData("?Access_Token=GOOD"), InlineData("?access%5ftoken=GOOD"), InlineData("?access%255ftoken=GOOD"), InlineData("?a=1;access_token=GOOD"), InlineData("?a=1?access_token=GOOD")]
    [InlineData("?a=1#access_token=GOOD"), InlineData("?access_token=GOOD&access_token=REVOKED"), InlineData("?access_token[]=GOOD"), InlineData("?access_token%5B%5D=GOOD")]
    [InlineData("?a=1%26access_token=REVOKED"), InlineData("?a=1%2526access_token%253DREVOKED"), InlineData("?access.token=GOOD"), InlineData("?+access_token=GOOD"), InlineData("?access_token=%2522GOOD%2522")]
    [InlineData("?access_token=GOOD&access_token="), InlineData("?%00access_token=GOOD"), InlineData("?access_token%00=GOOD"), InlineData("?access_token=a+b"), InlineData("?access_token=%zz")]
    [InlineData("?%u0061ccess_token=GOOD"), InlineData("?access%25u005ftoken=GOOD"), InlineData("?access_token%ff=GOOD"), InlineData("?%EF%BD%81ccess_token=GOOD")]
    public async Task Rule_3_a_query_parameter_has_one_name_and_one_value(string query)
    {
        await Refuses(400, "/x" + Fill(query));
        await Refuses(400, "/required/x" + Fill(query));
        await Refuses(400, "/main-only/x" + Fill(query));
    }

    [Fact]
    public async Task Rule_3_a_good_query_goes_on_in_normal_form()
    {
        Assert.Equal($"?a=%20b&access_token={host.Good}", (await Forwards("/required/x" + Fill("?a=%20b&access_token=GOOD&access_token=GOOD"))).Query);
        Assert.Equal($"?access_token={host.Good}&c", (await Forwards("/required/x?access_token=" + host.Good.Replace(".", "%2E") + "&c")).Query);
        Assert.Equal("?a=1", (await Forwards("/x?access_token=&a=1")).Query);
        Assert.Equal("?caf%C3%A9=1&x%ff=2", (await Forwards("/x?caf%C3%A9=1&x%ff=2")).Query);
        await Refuses(401, "/x" + Fill("?access_token=REVOKED"));
        await Refuses(401, "/x" + Fill("?access_token=REVOKED").Replace(".", "%2e"));
    }

    [Theory]
    [InlineData("X_Api_Key: some-key"), InlineData("X_Api-Key: some-key"), InlineData("x-api_key: some-key"), InlineData("X.Api.Key: some-key"), InlineData("X!Api~Key: some-key")]
    public async Task Rule_4_another_sign_is_no_hyphen(string header)
    {
        await Refuses(400, "/x", header);
        await Refuses(400, "/keys-only/x", "X-Api-Key: other", header);
        await Forwards("/ignore/x", header);
    }

    [Fact]
    public async Task Rule_5_all_credentials_are_checked_and_one_revoked_refuses()
    {
        RecordedRequest request = await Forwards("/required/x" + Fill("?access_token=GOOD"), "Authorization: Bearer GOOD", "X-Api-Key: key-1");
        Assert.Equal("key-1", request["X-Api-Key"]);
        await Refuses(401, "/required/x", "Authorization: Bearer GOOD", "X-Api-Key: " + ReadingHost.RevokedKey);
        await Refuses(401, "/x", "Authorization: Bearer GOOD", "Cookie: access_token=REVOKED");
        await Refuses(401, "/x" + Fill("?access_token=REVOKED"), "Authorization: Bearer GOOD");
    }

    [Fact]
    public async Task Rule_5_a_token_in_another_realms_place_is_refused()
    {
        await Refuses(401, "/x", "X-Api-Key: GOOD");
        await Refuses(401, "/keys-only/x", "X-Api-Key: REVOKED");
        await Refuses(401, "/keys-only/x", "Cookie: sid_key=REVOKED");
        await Refuses(401, "/x", "Authorization: Bearer some-key");
    }

    [Fact]
    public async Task Rule_5_a_route_strips_the_places_of_other_realms()
    {
        RecordedRequest request = await Forwards("/keys-only/x?access_token=abc&b=1", "X-Api-Key: key", "Authorization: Bearer REVOKED", "Cookie: access_token=REVOKED; c=1; ACCESS_TOKEN=x");
        Assert.Null(request.Authorization);
        Assert.Equal("c=1", request["Cookie"]);
        Assert.Equal("?b=1", request.Query);
        request = await Forwards("/main-only/x", "X-Api-Key: " + ReadingHost.RevokedKey, "Authorization: Bearer GOOD", "Cookie: sid_key=" + ReadingHost.RevokedKey);
        Assert.Null(request["X-Api-Key"]);
        Assert.Null(request["Cookie"]);
        Assert.Equal(Basic, (await Forwards("/keys-only/x", "X-Api-Key: key", "Authorization: BASIC")).Authorization);
    }

    [Theory]
    [InlineData("Proxy-Authorization: Bearer GOOD"), InlineData("Sec-WebSocket-Protocol: bearer, GOOD"), InlineData("X-Auth-Token: GOOD")]
    public async Task Rule_6_other_places_are_no_credential(string header)
    {
        await Refuses(401, "/required/x", header);
        await Forwards("/x", header);
    }

    [Theory]
    [InlineData("", "host.example."), InlineData("", "a b"), InlineData("", "user@app.example"), InlineData("", "app.example:"), InlineData("", "app.example:99999"), InlineData("", "app..example"), InlineData("", ".example")]
    [InlineData("", "app.example,evil.example"), InlineData("", "app.example/x"), InlineData("", ""), InlineData("", "[::1"), InlineData("", "app%2Eexample")]
    public async Task Rule_15_the_host_is_a_name_and_a_port(string path, string value)
    {
        await Refuses(400, "/x" + path, "Host: " + value);
        await Refuses(400, "/ignore/x", "Host: " + value);
    }

    [Theory]
    [InlineData("app.example"), InlineData("app.example:8080"), InlineData("[::1]:80"), InlineData("127.0.0.1"), InlineData("a_b")]
    public async Task Rule_15_good_hosts_pass(string value) => await Forwards("/x", "Host: " + value);

    [Theory]
    [InlineData("app.example"), InlineData("xn--bcher-kva.example"), InlineData("xn--a")]
    public async Task Rule_15_a_backend_gets_the_host_of_its_own_address(string value)
    {
        RecordedRequest request = await Forwards("/x", "Host: " + value);
        Assert.Equal(new Uri(host.Backend.Url).Authority, request["Host"]);
        Assert.Equal(value, request["X-Forwarded-Host"]);
    }

    [Fact]
    public async Task Rules_16_and_18_what_overrides_or_pretends_is_removed_everywhere()
    {
        foreach (string path in (string[])["/x", "/ignore/x"])
        {
            RecordedRequest request = await Forwards(path, "X-HTTP-Method-Override: DELETE", "X_HTTP_Method_Override: DELETE", "X-Method-Override: PUT", "X-HTTP-Method: PUT",
                "X-Session-Id: forged", "X_Session_Subject: forged", "X.Session.Id: forged", "X.HTTP.Method.Override: DELETE", "x-session-realm: forged", "X-Original-URL: /Admin", "X-Rewrite-URL: /Admin",
                "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Host: evil", "X-Forwarded-Proto: https", "X-Forwarded-User: root", "X_Forwarded_Email: root", "Forwarded: for=6.6.6.6");
            string all = string.Join("\n", request.Headers.Select(header => header.Key + ": " + header.Value));
            Assert.DoesNotContain("forged", all);
            Assert.DoesNotContain("6.6.6.6", all);
            Assert.DoesNotContain("evil", all);
            Assert.DoesNotContain("root", all);
            Assert.DoesNotContain("/Admin", all);
            Assert.DoesNotContain("Override", all, StringComparison.OrdinalIgnoreCase);
            Assert.Null(request["X-HTTP-Method"]);
            Assert.Equal("127.0.0.1", request["X-Forwarded-For"]);
            Assert.Equal("app.example", request["X-Forwarded-Host"]);
        }
        RecordedRequest told = await Forwards("/identity/x", "Authorization: Bearer GOOD", "X-Session-Id: forged");
        Assert.Equal("live-session", told["X-Session-Id"]);
    }

    [Theory]
    [InlineData("Authorization"), InlineData("cookie"), InlineData("X-Session-Id"), InlineData("x-api-key"), InlineData("X-Forwarded-For"), InlineData("X_Session_Id, te")]
    public async Task Rule_18_connection_names_no_credential(string value)
    {
        await Refuses(400, "/x", "Connection: " + value, "Authorization: Bearer GOOD");
        await Refuses(400, "/ignore/x", "Connection: " + value);
    }

    [Theory]
    [InlineData("close, Authorization"), InlineData("keep-alive, authorization"), InlineData("upgrade, Authorization")]
    public async Task Rule_18_beside_close_and_keep_alive_the_server_drops_what_connection_names(string value)
        => Assert.Equal("Bearer " + host.Good, (await Forwards("/required/x", "Connection: " + value, "Authorization: Bearer GOOD")).Authorization);

    [Theory]
    [InlineData("X-Thing: caf\u00e9"), InlineData("X-Thing: \u00c3\u00a9"), InlineData("Authorization: Bearer \u00e9"), InlineData("Cookie: a=\u00c3\u00a9"), InlineData("Referer: http://x/\u00c3\u00a9")]
    public async Task Header_values_outside_ascii_are_400(string header)
    {
        await Refuses(400, "/x", header);
        await Refuses(400, "/ignore/x", header);
    }

    [Fact]
    public async Task What_is_too_long_is_refused_with_a_word_about_it()
    {
        Outcome headers = await host.Send("/x", "X-Long: " + new string('x', 100_000));
        Assert.Equal(431, headers.Status);
        Assert.Contains("application/problem+json", headers.Answer);
        Outcome many = await host.Send("/x", [.. Enumerable.Range(0, 300).Select(n => $"X-{n}: {n}")]);
        Assert.Equal(431, many.Status);
        Assert.Contains("application/problem+json", many.Answer);
        Outcome target = await host.Send("/x?a=" + new string('x', 100_000));
        Assert.Equal(414, target.Status);
        Assert.Contains("application/problem+json", target.Answer);
        Assert.Equal(200, (await host.Send("/x?a=" + new string('x', 6_000), "X-Long: " + new string('x', 20_000))).Status);
        Outcome token = await host.Send("/x", "Authorization: Bearer " + new string('x', 20_000));
        Assert.Equal(401, token.Status);
    }

    [Theory]
    [InlineData("get"), InlineData("Delete"), InlineData("pATCH"), InlineData("connect")]
    public async Task A_method_in_another_case_is_400(string method)
    {
        // The proxy would write it in capitals.
        Outcome outcome = await host.SendBytes($"{method} /x HTTP/1.1", []);
        Assert.Equal(400, outcome.Status);
        Assert.False(outcome.IsForwarded);
    }

    [Fact]
    public async Task Connect_asks_for_a_tunnel_and_gets_none()
    {
        Outcome outcome = await host.SendBytes("CONNECT app.example:443 HTTP/1.1", ["Host: app.example:443"]);
        Assert.InRange(outcome.Status, 400, 499);
        Assert.False(outcome.IsForwarded);
    }
}
