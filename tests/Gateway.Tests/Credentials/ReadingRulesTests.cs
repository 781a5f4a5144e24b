namespace Gateway.Tests.Credentials;

/// <summary>The reading rules, one by one, over the wire.</summary>
public sealed class ReadingRulesTests(ReadingHost host) : IClassFixture<ReadingHost>
{
    private static readonly string Basic = "Basic " + Convert.ToBase64String("user:password"u8);

    private async Task RefusesAsync(int status, string target, params string[] headers)
    {
        Outcome outcome = await host.SendAsync(target, [.. headers.Select(Fill)]);
        Assert.True(status == outcome.Status, $"{target} {string.Join(" | ", headers)}: {outcome.Answer}");
        Assert.False(outcome.IsForwarded);
    }

    private async Task<RecordedRequest> ForwardsAsync(string target, params string[] headers)
    {
        Outcome outcome = await host.SendAsync(target, [.. headers.Select(Fill)]);
        Assert.True(outcome.Status == 200, $"{target} {string.Join(" | ", headers)}: {outcome.Answer}");
        return outcome.Forwarded!;
    }

    private string Fill(string text)
        => text.Replace("GOOD", host.Good).Replace("REVOKED", host.Revoked).Replace("EXPIRED", host.Expired).Replace("BASIC", Basic);

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
    public async Task Ordinary_requests_go_through(string target, string header) => await ForwardsAsync(target, header);

    [Theory]
    [InlineData("Cookie: sid_key==DEAD"), InlineData("Cookie: SID_KEY==revoke%64-opaque-key-1"), InlineData("Cookie: sid_key=a:DEAD")]
    [InlineData("X-Api-Key: key=DEAD"), InlineData("X_Api_Key: DEAD=%20"), InlineData("x-api_key: revoke%64-opaque-key-1=")]
    public Task A_revoked_key_is_found_within_another(string header)
        => RefusesAsync(401, "/x", header.Replace("DEAD", ReadingHost.RevokedKey, StringComparison.Ordinal));

    private Task<RecordedRequest> ForwardsGoodAsync(string target, params string[] headers) => ForwardsAsync("/required" + target, headers);

    [Theory]
    [InlineData("Bearer  GOOD"), InlineData("Bearer\tGOOD"), InlineData("Bearer GOOD,"), InlineData("Bearer: GOOD"),
        InlineData("Token GOOD"), InlineData("JWT GOOD"), InlineData("GOOD")]
    [InlineData("Digest token=\"GOOD\""), InlineData("token=GOOD"), InlineData("BEARER GOOD"), InlineData("Bearer GOOD, Bearer GOOD"),
        InlineData("Nonsense, Bearer GOOD")]
    public async Task Rule_1_every_copy_of_a_header_is_judged_and_a_good_one_goes_on_as_it_came(string value)
    {
        Assert.Equal(Fill(value), (await ForwardsGoodAsync("/x", "Authorization: " + value)).Authorization);
        string revoked = value.Replace("GOOD", "REVOKED");
        await RefusesAsync(401, "/x", "Authorization: " + revoked);
        await RefusesAsync(401, "/required/x", "Authorization: " + revoked);
    }

    [Theory]
    [InlineData("Authorization: Bearer \"GOOD\""), InlineData("Authorization: Bearer GOOD="), InlineData("Cookie: access_token=GOOD=="),
        InlineData("Authorization: Bearer GOOD%20")]
    public async Task Rule_8a_what_only_a_lenient_reader_takes_for_a_token_does_not_verify(string header)
    {
        RecordedRequest request = await ForwardsAsync("/x", header);
        Assert.Null(request[header.Split(':')[0]]);
        await RefusesAsync(401, "/required/x", header);
        await RefusesAsync(401, "/x", header.Replace("GOOD", "REVOKED"));
    }

    [Theory]
    [InlineData("Bearer GOOD, Bearer REVOKED"), InlineData("Bearer REVOKED, Bearer GOOD"), InlineData("Bearer GOOD, Token REVOKED"),
        InlineData("REVOKED, Bearer GOOD")]
    public async Task Rule_1_one_revoked_copy_refuses(string value) => await RefusesAsync(401, "/x", "Authorization: " + value);

    [Theory]
    [InlineData("Bearer undefined"), InlineData("Bearer null"), InlineData("Bearer sk-live-0123456789"), InlineData("Bearer"),
        InlineData("Token abc"), InlineData("BASIC"), InlineData("Digest username=\"x\"")]
    [InlineData("Negotiate YIIZ1wYGKwYBBQUCoIIZyzCCGcegMDAuBgkqhkiC9xIBAgI="),
        InlineData("AWS4-HMAC-SHA256 Credential=AKIA/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=fe5f")]
    [InlineData("Bearer host.example.org"), InlineData("OAuth oauth_token=\"a\", oauth_nonce=\"b\"")]
    public async Task Rule_8a_what_has_not_the_form_of_a_token_is_no_credential(string value)
    {
        Assert.Equal(Fill(value), (await ForwardsAsync("/x", "Authorization: " + value)).Authorization);
        await RefusesAsync(401, "/required/x", "Authorization: " + value);
    }

    [Fact]
    public async Task Rule_1_a_token_within_basic_is_judged_when_its_issuer_is_a_realms()
    {
        static string Hidden(string token)
            => "Authorization: Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("oauth2:" + token));
        await RefusesAsync(401, "/x", Hidden(host.Revoked));
        Assert.NotNull((await ForwardsGoodAsync("/x", Hidden(host.Good))).Authorization);
        await using TestIssuer other = new("https://gitlab.example");
        Assert.NotNull((await ForwardsAsync("/x", Hidden(other.Token("ci")))).Authorization);
    }

    [Fact]
    public async Task What_does_not_verify_is_taken_out_and_the_rest_goes_on_as_it_came()
    {
        RecordedRequest request = await ForwardsAsync("/x" + Fill("?a=1&access_token=EXPIRED&b=%2f&&c"), "Authorization: Bearer EXPIRED",
            "Cookie: a=1; access_token=EXPIRED;b=\"2\"", "Cookie: access_token=EXPIRED");
        Assert.Null(request.Authorization);
        Assert.Equal("a=1;b=\"2\"", request["Cookie"]);
        Assert.Equal("?a=1&b=%2f&&c", request.Query);
        request = await ForwardsGoodAsync("/x", "Authorization: Bearer EXPIRED, Bearer GOOD",
            "Cookie: access_token=EXPIRED; access_token=GOOD");
        Assert.Equal("Bearer " + host.Good, request.Authorization);
        Assert.Equal("access_token=" + host.Good, request["Cookie"]);
        await RefusesAsync(401, "/required/x", "Authorization: Bearer EXPIRED");
        await RefusesAsync(401, "/refuse-invalid/x", "Authorization: Bearer EXPIRED");
        await ForwardsAsync("/refuse-invalid/x", "Authorization: Bearer EXPIRED", "Cookie: access_token=GOOD");
        await ForwardsAsync("/refuse-invalid/x");
    }

    [Fact]
    public async Task A_revoked_id_refuses_also_when_its_token_does_not_verify()
    {
        await RefusesAsync(401, "/x", "Authorization: Bearer " + host.Revoked[..^4] + "AAAA");
        await RefusesAsync(401, "/x", "Authorization: Bearer "
            + host.Issuer.Token("alice", "dead-session", change: claims => claims["exp"] = 1));
    }

    [Theory]
    [InlineData("access_token=GOOD; access_token=GOOD"), InlineData("access_token=\"GOOD\""), InlineData("access_token='GOOD'"),
        InlineData("Access_Token=GOOD"), InlineData("access%5Ftoken=GOOD"), InlineData("access%255Ftoken=GOOD")]
    [InlineData("access_token =GOOD"), InlineData("\"access_token\"=GOOD"), InlineData("a=1, access_token=GOOD"),
        InlineData("a=1 access_token=GOOD"), InlineData("a=\"1\"access_token=GOOD")]
    [InlineData("access.token=GOOD"), InlineData("access_token[]=GOOD"), InlineData("access[token=GOOD"), InlineData("[access_token]=GOOD"),
        InlineData("access_token]=GOOD"), InlineData("access_token.0=GOOD"), InlineData("access_tokenC1=GOOD")]
    [InlineData("=access_token=GOOD"), InlineData("a=access_token=GOOD"), InlineData("access_token=; access_token=GOOD"),
        InlineData("a=1; access_token=GOOD; b=2")]
    public async Task Rule_2_every_copy_in_the_cookies_is_judged(string cookies)
    {
        Assert.Equal(Fill(cookies), (await ForwardsGoodAsync("/x", "Cookie: " + cookies))["Cookie"]);
        await RefusesAsync(401, "/x", "Cookie: " + cookies.Replace("GOOD", "REVOKED"));
        await RefusesAsync(401, "/x", "Cookie: access_token=GOOD; " + cookies.Replace("GOOD", "REVOKED"));
        await RefusesAsync(401, "/x", "Cookie: x=y", "Cookie: " + cookies.Replace("GOOD", "REVOKED"));
    }

    [Theory]
    [InlineData("access_token="), InlineData("access_token"), InlineData("a=b, c=d e=\"f;g\""), InlineData("access_token=undefined"),
        InlineData("ACCESS_TOKEN=an-applications-own"), InlineData("__utma=1.2.3.4; _ga=GA1.2.3")]
    [InlineData("session=eyJfcGVybWFuZW50Ijp0cnVlfQ.ZzzzzA.abcdefghijk-_1234567890; theme=dark")]
    public async Task Rule_2_other_cookies_go_on_as_they_came(string cookies)
        => Assert.Equal(cookies, (await ForwardsAsync("/x", "Cookie: " + cookies))["Cookie"]);

    [Theory]
    [InlineData("sid_key=\"TOKEN\""), InlineData("sid_key='TOKEN'"), InlineData("SID_KEY=TOKEN"), InlineData("sid[key=TOKEN"),
        InlineData("sid_key=good; sid_key=TOKEN"), InlineData("sid%5fkey=TOKEN")]
    public async Task An_opaque_cookie_is_judged_with_and_without_its_quotes(string cookie)
    {
        await RefusesAsync(401, "/x", "Cookie: " + cookie.Replace("TOKEN", ReadingHost.RevokedKey));
        Assert.Equal(cookie, (await ForwardsAsync("/x", "Cookie: " + cookie))["Cookie"]);
    }

    [Fact]
    public async Task More_than_four_copies_at_one_location_are_400()
    {
        await ForwardsAsync("/x", "Cookie: " + string.Join("; ", Enumerable.Repeat("access_token=GOOD", 4)));
        await RefusesAsync(400, "/x", "Cookie: " + string.Join("; ", Enumerable.Repeat("access_token=GOOD", 5)));
        await RefusesAsync(400, "/x?" + string.Join("&", Enumerable.Repeat("access_token=" + host.Good, 5)));
        await RefusesAsync(400, "/x", "Authorization: " + string.Join(", ", Enumerable.Repeat("Bearer GOOD", 5)));
    }

    [Theory]
    [InlineData("?Access_Token=GOOD"), InlineData("?access%5ftoken=GOOD"), InlineData("?access%255ftoken=GOOD"),
        InlineData("?access_token=GOOD&access_token=GOOD"), InlineData("?access_token[]=GOOD"), InlineData("?access_token%5B%5D=GOOD")]
    [InlineData("?access[token=GOOD"), InlineData("?[access_token]=GOOD"), InlineData("?access_token]=GOOD"),
        InlineData("?access%5Btoken=GOOD"), InlineData("?%5Baccess_token%5D=GOOD"), InlineData("?access_token%5D=GOOD"),
        InlineData("?access%255Btoken=GOOD")]
    [InlineData("?access_token.0=GOOD"), InlineData("?access_token_0=GOOD"), InlineData("?access_tokenC1=GOOD"),
        InlineData("?access.token=GOOD"), InlineData("?+access_token=GOOD"), InlineData("?%00access_token=GOOD"),
        InlineData("?access_token%00=GOOD")]
    [InlineData("?a=1;access_token=GOOD"), InlineData("?a=1?access_token=GOOD"), InlineData("?a=1&amp;access_token=GOOD"),
        InlineData("?a=1%26access_token=GOOD"), InlineData("?a=1%2526access_token%253DGOOD"),
        InlineData("?access_token=GOOD%2526x=GOOD%2526y=GOOD"),
        InlineData("?next=%2Fa%3Faccess_token%3DGOOD")]
    [InlineData("?access_token=GOOD;x"), InlineData("?access_token=GOOD?x=1"), InlineData("?access_token=%22GOOD%22"),
        InlineData("?access_token=%2522GOOD%2522"), InlineData("?access_token=GOOD%20")]
    [InlineData("?%u0061ccess_token=GOOD"), InlineData("?access%25u005ftoken=GOOD"), InlineData("?access_token%ff=GOOD"),
        InlineData("?%EF%BD%81ccess_token=GOOD")]
    public async Task Rule_3_every_copy_in_the_query_is_judged(string query)
    {
        Assert.Equal(Fill(query), (await ForwardsGoodAsync("/x" + Fill(query))).Query);
        await RefusesAsync(401, "/x" + Fill(query.Replace("GOOD", "REVOKED")));
        await RefusesAsync(401, "/x" + Fill(query.Replace("GOOD", "REVOKED")), "Authorization: Bearer GOOD");
        await RefusesAsync(401, "/x" + Fill("?access_token=GOOD&" + query[1..].Replace("GOOD", "REVOKED")));
    }

    [Theory]
    [InlineData("?next=/a?b=1"), InlineData("?columns=a;b"), InlineData("?a=1&amp;b=2"), InlineData("?p=x.git;a=blob;f=y"),
        InlineData("?access_token="), InlineData("?access_token"), InlineData("?access_token=a+b"), InlineData("?access_token=%zz")]
    [InlineData("?caf%C3%A9=1&x%ff=2"), InlineData("?"), InlineData("?&&"), InlineData("?access_token=undefined&a=1")]
    public async Task Rule_3_other_queries_go_on_as_they_came(string query)
        => Assert.Equal(query, (await ForwardsAsync("/x" + query)).Query);

    [Theory]
    [InlineData("?a=1;access_token=EXPIRED"), InlineData("?next=%2Fa%3Faccess_token%3DEXPIRED")]
    public async Task A_copy_that_cannot_be_taken_out_alone_is_400(string query) => await RefusesAsync(400, "/x" + Fill(query));

    [Theory]
    [InlineData("/x;access_token=REVOKED"), InlineData("/x%3faccess_token=REVOKED"), InlineData("/x/access_token=REVOKED"),
        InlineData("/x%253faccess_token%3dREVOKED")]
    public async Task A_copy_in_the_path_is_judged(string path) => await RefusesAsync(401, Fill(path));

    [Theory]
    [InlineData("X_Api_Key"), InlineData("X_Api-Key"), InlineData("x-api_key"), InlineData("X.Api.Key"), InlineData("X!Api~Key")]
    public async Task Rule_4_a_header_that_names_a_credential_with_another_sign_is_judged(string name)
    {
        await RefusesAsync(401, "/x", $"{name}: {ReadingHost.RevokedKey}");
        await RefusesAsync(401, "/x", "X-Api-Key: good", $"{name}: {ReadingHost.RevokedKey}");
        Assert.Equal("other", (await ForwardsAsync("/x", $"{name}: other"))[name]);
        await ForwardsAsync("/ignore/x", $"{name}: {ReadingHost.RevokedKey}");
    }

    [Theory]
    [InlineData("Transfer_Encoding: chunked"), InlineData("Content_Length: 0"), InlineData("transfer.encoding: chunked"),
        InlineData("Keep_Alive: 1"), InlineData("Proxy_Authorization: x"), InlineData("Proxy_Connection: close")]
    public async Task Rule_4_a_look_alike_of_a_framing_header_is_removed_everywhere(string header)
    {
        string name = header.Split(':')[0];
        Assert.Null((await ForwardsAsync("/x", header, "Content-Length: 0"))[name]);
        Assert.Null((await ForwardsAsync("/ignore/x", header))[name]);
    }

    [Fact]
    public async Task Rule_5_all_credentials_are_checked_and_one_revoked_refuses()
    {
        RecordedRequest request = await ForwardsAsync("/required/x" + Fill("?access_token=GOOD"), "Authorization: Bearer GOOD",
            "X-Api-Key: key-1");
        Assert.Equal("key-1", request["X-Api-Key"]);
        await RefusesAsync(401, "/required/x", "Authorization: Bearer GOOD", "X-Api-Key: " + ReadingHost.RevokedKey);
        await RefusesAsync(401, "/x", "Authorization: Bearer GOOD", "Cookie: access_token=REVOKED");
        await RefusesAsync(401, "/x" + Fill("?access_token=REVOKED"), "Authorization: Bearer GOOD");
    }

    [Fact]
    public async Task Rule_5_a_token_in_another_realms_place_is_nobodys_and_taken_out()
    {
        Assert.Null((await ForwardsAsync("/x", "X-Api-Key: GOOD"))["X-Api-Key"]);
        await RefusesAsync(401, "/keys-only/x", "X-Api-Key: REVOKED");
        await RefusesAsync(401, "/keys-only/x", "Cookie: sid_key=REVOKED");
    }

    [Fact]
    public async Task Rule_5_a_route_strips_the_places_of_other_realms()
    {
        RecordedRequest request = await ForwardsAsync("/keys-only/x?access_token=abc&b=1", "X-Api-Key: key",
            "Authorization: Bearer REVOKED", "Cookie: access_token=REVOKED; c=1; ACCESS_TOKEN=GOOD; access.token=an-applications-own");
        Assert.Null(request.Authorization);
        Assert.Equal("c=1; access.token=an-applications-own", request["Cookie"]);
        Assert.Equal("?b=1", request.Query);
        request = await ForwardsAsync("/main-only/x", "X-Api-Key: " + ReadingHost.RevokedKey, "Authorization: Bearer GOOD",
            "Cookie: sid_key=" + ReadingHost.RevokedKey);
        Assert.Null(request["X-Api-Key"]);
        Assert.Null(request["Cookie"]);
        Assert.Equal(Basic, (await ForwardsAsync("/keys-only/x", "X-Api-Key: key", "Authorization: BASIC")).Authorization);
    }

    [Theory]
    [InlineData("Proxy-Authorization: Bearer GOOD"), InlineData("Sec-WebSocket-Protocol: bearer, GOOD"), InlineData("X-Auth-Token: GOOD")]
    public async Task Rule_6_other_places_are_no_credential(string header)
    {
        await RefusesAsync(401, "/required/x", header);
        await ForwardsAsync("/x", header);
    }

    [Theory]
    [InlineData("", "host.example.."), InlineData("", "a b"), InlineData("", "user@app.example"), InlineData("", "app.example:"),
        InlineData("", "app.example:99999"), InlineData("", "app..example"), InlineData("", ".example")]
    [InlineData("", "app.example,evil.example"), InlineData("", "app.example/x"), InlineData("", ""), InlineData("", "[::1"),
        InlineData("", "app%2Eexample")]
    public async Task Rule_15_the_host_is_a_name_and_a_port(string path, string value)
    {
        await RefusesAsync(400, "/x" + path, "Host: " + value);
        await RefusesAsync(400, "/ignore/x", "Host: " + value);
    }

    [Theory]
    [InlineData("app.example"), InlineData("app.example."), InlineData("app.example.:8080"), InlineData("app.example:8080"),
        InlineData("[::1]:80"), InlineData("127.0.0.1"), InlineData("a_b")]
    public async Task Rule_15_good_hosts_pass(string value) => await ForwardsAsync("/x", "Host: " + value);

    [Theory]
    [InlineData("app.example"), InlineData("xn--bcher-kva.example"), InlineData("xn--a")]
    public async Task Rule_15_a_backend_gets_the_host_of_its_own_address(string value)
    {
        RecordedRequest request = await ForwardsAsync("/x", "Host: " + value);
        Assert.Equal(new Uri(host.Backend.Url).Authority, request["Host"]);
        Assert.Equal(value, request["X-Forwarded-Host"]);
    }

    [Fact]
    public async Task Rules_16_and_18_what_overrides_or_pretends_is_removed_everywhere()
    {
        foreach (string path in (string[])["/x", "/ignore/x"])
        {
            RecordedRequest request = await ForwardsAsync(path, "X-HTTP-Method-Override: DELETE", "X_HTTP_Method_Override: DELETE",
                "X-Method-Override: PUT", "X-HTTP-Method: PUT",
                "X-Session-Id: forged", "X_Session_Subject: forged", "X.Session.Id: forged", "X.HTTP.Method.Override: DELETE",
                "x-session-realm: forged", "X-Original-URL: /Admin", "X-Rewrite-URL: /Admin",
                "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Host: evil", "X-Forwarded-Proto: https", "X-Forwarded-User: root",
                "X_Forwarded_Email: root", "Forwarded: for=6.6.6.6");
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
        RecordedRequest told = await ForwardsAsync("/identity/x", "Authorization: Bearer GOOD", "X-Session-Id: forged");
        Assert.Equal("live-session", told["X-Session-Id"]);
    }

    [Theory]
    [InlineData("Authorization"), InlineData("cookie"), InlineData("X-Session-Id"), InlineData("x-api-key"), InlineData("X_Session_Id, te"),
        InlineData("close, Authorization"), InlineData("keep-alive, authorization"), InlineData("upgrade, Authorization")]
    public async Task Rule_18_connection_takes_no_credential_away_and_naming_one_is_no_error(string value)
    {
        RecordedRequest request = await ForwardsGoodAsync("/x", "Connection: " + value, "Authorization: Bearer GOOD", "X-Api-Key: key");
        Assert.Equal("Bearer " + host.Good, request.Authorization);
        Assert.Equal("key", request["X-Api-Key"]);
        await ForwardsAsync("/ignore/x", "Connection: " + value);
    }

    [Theory]
    [InlineData("X-Thing: caf\u00e9"), InlineData("Authorization: Bearer \u00e9"), InlineData("X-Api-Key: \u00c3\u00a9")]
    public async Task What_is_no_utf8_and_what_is_outside_ascii_in_a_header_for_credentials_is_400(string header)
    {
        await RefusesAsync(400, "/x", header);
        await RefusesAsync(400, "/ignore/x", header);
    }

    [Theory]
    [InlineData("X-Thing: \u00c3\u00a9"), InlineData("Cookie: a=\u00c3\u00a9"), InlineData("Referer: http://x/\u00c3\u00a9")]
    public async Task Other_header_values_outside_ascii_go_on(string header)
    {
        await ForwardsAsync("/x", header);
        await ForwardsAsync("/ignore/x", header);
    }

    [Fact]
    public async Task What_is_too_long_is_refused_with_a_word_about_it()
    {
        Outcome headers = await host.SendAsync("/x", "X-Long: " + new string('x', 100_000));
        Assert.Equal(431, headers.Status);
        Assert.Contains("application/problem+json", headers.Answer);
        Outcome many = await host.SendAsync("/x", [.. Enumerable.Range(0, 300).Select(n => $"X-{n}: {n}")]);
        Assert.Equal(431, many.Status);
        Assert.Contains("application/problem+json", many.Answer);
        Outcome target = await host.SendAsync("/x?a=" + new string('x', 100_000));
        Assert.Equal(414, target.Status);
        Assert.Contains("application/problem+json", target.Answer);
        Assert.Equal(200, (await host.SendAsync("/x?a=" + new string('x', 6_000), "X-Long: " + new string('x', 20_000))).Status);
        Outcome token = await host.SendAsync("/required/x", "Authorization: Bearer " + new string('x', 20_000));
        Assert.Equal(401, token.Status);
    }

    [Theory]
    [InlineData("get"), InlineData("Delete"), InlineData("pATCH"), InlineData("connect")]
    public async Task A_method_in_another_case_is_400(string method)
    {
        // The proxy would write it in capitals.
        Outcome outcome = await host.SendBytesAsync($"{method} /x HTTP/1.1", []);
        Assert.Equal(400, outcome.Status);
        Assert.False(outcome.IsForwarded);
    }

    [Fact]
    public async Task Connect_asks_for_a_tunnel_and_gets_none()
    {
        Outcome outcome = await host.SendBytesAsync("CONNECT app.example:443 HTTP/1.1", ["Host: app.example:443"]);
        Assert.InRange(outcome.Status, 400, 499);
        Assert.False(outcome.IsForwarded);
    }
}
