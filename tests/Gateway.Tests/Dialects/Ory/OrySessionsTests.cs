using System.Text.Json.Nodes;
using Gateway.Revocation;
using static Gateway.Tests.Dialects.Ory.OryAnswers;

namespace Gateway.Tests.Dialects.Ory;

public sealed class OrySessionsTests(OryFixture fixture) : IClassFixture<OryFixture>
{
    private readonly DialectHost _host = fixture.Host;

    [Theory]
    [InlineData("/sessions")]
    [InlineData("/auth/sessions")]
    public async Task All_others_end_the_current_one_stays_and_the_count_is_right(string path)
    {
        string user = DialectHost.New("user"), current = DialectHost.New("session");
        string token = await _host.SeenTokenAsync(user, current);
        string[] others = [await _host.SeenTokenAsync(user, DialectHost.New("session")),
            await _host.SeenTokenAsync(user, DialectHost.New("session"))];
        string expired = DialectHost.New("session");
        await _host.SeenTokenAsync(user, expired,
            change: claims => claims["exp"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 5);
        string unseen = _host.Token(user, DialectHost.New("session"));
        string stranger = await _host.SeenTokenAsync(DialectHost.New("user"), DialectHost.New("session"));

        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, path, change: SessionToken(token));
        Assert.Equal("""{"count":2}""" + "\n", await answer.Content.ReadAsStringAsync());
        await answer.IsOkAsync();
        Assert.Equal("1/1", answer.Headers.GetValues("Gateway-Enforced").Single());
        string recorded = await _host.Gateway.Management.GetStringAsync(
            "/v1/revocations/" + answer.Headers.GetValues("Gateway-Revocation").Single());
        Assert.Contains("exceptSession", recorded, StringComparison.Ordinal);

        foreach (string other in others) Assert.Equal(401, await _host.ReachAsync(other));
        Assert.Equal(401, await _host.ReachAsync(unseen));
        Assert.Equal(200, await _host.ReachAsync(token));
        Assert.Equal(200, await _host.ReachAsync(stranger));

        Assert.Equal(0, (int)(await (await _host.SendAsync(HttpMethod.Delete, path, change: SessionToken(token))).IsOkAsync())["count"]!);
    }

    [Theory]
    [InlineData("header")]
    [InlineData("cookie")]
    [InlineData("bearer")]
    [InlineData("header over a bad cookie and a bad bearer")]
    [InlineData("cookie over a bad bearer")]
    [InlineData("bearer beside an undecodable cookie")]
    [InlineData("bearer beside an empty header and cookie")]
    public async Task A_credential_is_taken_in_the_vendors_order(string how)
    {
        string token = _host.Token(DialectHost.New("user"), DialectHost.New("session")),
            bad = _host.Token("someone", "someone", change: claims => claims["exp"] = 1);
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: request =>
        {
            void Header(string name, string value) => request.Headers.TryAddWithoutValidation(name, value);
            switch (how)
            {
                case "header": Header("X-Session-Token", token); break;
                case "cookie": Header("Cookie", "a=b; ory_kratos_session=" + token); break;
                case "bearer": Header("Authorization", "bEaReR " + token); break;
                case "header over a bad cookie and a bad bearer": Header("X-Session-Token", token);
                Header("Cookie", "ory_kratos_session=" + bad); Header("Authorization", "Bearer " + bad); break;
                case "cookie over a bad bearer": Header("Cookie", "ory_kratos_session=" + token); Header("Authorization", "Bearer " + bad);
                break;
                case "bearer beside an undecodable cookie": Header("Cookie", "ory_kratos_session=MTY~garbage");
                Header("Authorization", "Bearer " + token); break;
                default: Header("X-Session-Token", ""); Header("Cookie", "ory_kratos_session="); Header("Authorization", "Bearer " + token);
                break;
            }
        });
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("bad header over a good cookie")]
    [InlineData("dead cookie over a good bearer")]
    [InlineData("three parts")]
    [InlineData("other scheme")]
    [InlineData("bare token")]
    public async Task Who_is_not_known_gets_401_in_the_words_of_the_call(string how)
    {
        string token = _host.Token(DialectHost.New("user"), DialectHost.New("session")),
            dead = _host.Token("someone", "someone", change: claims => claims["exp"] = 1);
        void Change(HttpRequestMessage request)
        {
            void Header(string name, string value) => request.Headers.TryAddWithoutValidation(name, value);
            switch (how)
            {
                case "bad header over a good cookie": Header("X-Session-Token", "nonsense");
                Header("Cookie", "ory_kratos_session=" + token); break;
                case "dead cookie over a good bearer": Header("Cookie", "ory_kratos_session=" + dead);
                Header("Authorization", "Bearer " + token); break;
                case "three parts": Header("Authorization", "Bearer " + token + " more"); break;
                case "other scheme": Header("Authorization", "Token " + token); break;
                case "bare token": Header("Authorization", token); break;
            }
        }
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Delete, "/sessions"), (HttpMethod.Get, "/sessions"),
            (HttpMethod.Delete, "/sessions/any") })
            await (await _host.SendAsync(method, path, change: Change)).IsErrorAsync(401, NoSession);
        await (await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: Change)).IsErrorAsync(401, NoCredentials);
        await (await _host.SendAsync(HttpMethod.Delete, "/sessions/whoami", change: Change)).IsErrorAsync(401, NoCredentials);
    }

    [Theory]
    [InlineData("X-Session-Token: one\r\nX-Session-Token: two\r\n")]
    [InlineData("Cookie: ory_kratos_session=one; ory_kratos_session=two\r\n")]
    [InlineData("Cookie: ory_kratos_session=one\r\nCookie: ory_kratos_session=two\r\n")]
    [InlineData("Cookie: ory_kratos_session=\"one\"\r\n")]
    [InlineData("Authorization: Bearer one\r\nAuthorization: Bearer two\r\n")]
    public async Task A_credential_that_can_be_read_in_two_ways_is_400(string headers)
    {
        (int status, string body) = await _host.SendRawAsync($"DELETE /sessions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n");
        Assert.Equal(400, status);
        Assert.StartsWith("""{"error":{"code":400,"status":"Bad Request",""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_id_is_echoed_and_escaped_as_go_does()
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/sessions",
            change: request => request.Headers.TryAddWithoutValidation("X-Request-ID", "a<b>&\"c"));
        await answer.IsErrorAsync(401,
            """{"error":{"code":401,"status":"Unauthorized","request":"a\u003cb\u003e\u0026\"c","reason":"No valid session cookie found.","message":"The request could not be authorized"}}""" + "\n");
    }

    [Fact]
    public async Task The_others_are_listed_newest_first_with_pages()
    {
        string user = DialectHost.New("user"), current = DialectHost.New("session"), token = await _host.SeenTokenAsync(user, current);
        using (HttpResponseMessage none = await _host.SendAsync(HttpMethod.Get, "/sessions", change: SessionToken(token)))
        {
            Assert.Empty((await none.IsOkAsync()).AsArray());
            Assert.Equal("0", none.Headers.GetValues("X-Total-Count").Single());
            Assert.Equal([("first", 0, 250, 0), ("next", 1, 250, 250), ("prev", -1, 250, -250)], Links(none));
        }
        string[] sessions = [.. Enumerable.Range(0, 5).Select(_ => DialectHost.New("session"))];
        foreach (string session in sessions) await _host.SeenTokenAsync(user, session);
        string[] newestFirst = [.. sessions.Reverse()];

        using (HttpResponseMessage all = await _host.SendAsync(HttpMethod.Get, "/sessions", change: SessionToken(token)))
        {
            JsonArray list = (await all.IsOkAsync()).AsArray();
            Assert.Equal(newestFirst, list.Select(session => session!["id"]!.GetValue<string>()));
            JsonNode one = list[0]!;
            Assert.True(one["active"]!.GetValue<bool>());
            Assert.Equal(user, one["identity"]!["id"]!.GetValue<string>());
            Assert.Equal("127.0.0.1", one["devices"]![0]!["ip_address"]!.GetValue<string>());
            Assert.Equal("aal1", one["authenticator_assurance_level"]!.GetValue<string>());
            Assert.NotNull(one["expires_at"]);
            Assert.NotNull(one["authenticated_at"]);
            Assert.NotNull(one["issued_at"]);
            Assert.Equal("5", all.Headers.GetValues("X-Total-Count").Single());
            Assert.Equal([("first", 0, 5, 0)], Links(all));
        }
        using (HttpResponseMessage first = await _host.SendAsync(HttpMethod.Get, "/sessions?per_page=2", change: SessionToken(token)))
            Assert.Equal([("next", 1, 2, 2), ("last", 2, 2, 4)], Links(first));
        using (HttpResponseMessage middle = await _host.SendAsync(HttpMethod.Get, "/sessions?per_page=2&page=1",
            change: SessionToken(token)))
        {
            Assert.Equal(newestFirst[2..4], (await middle.IsOkAsync()).AsArray().Select(session => session!["id"]!.GetValue<string>()));
            Assert.Equal([("first", 0, 2, 0), ("next", 2, 2, 4), ("prev", 0, 2, 0), ("last", 2, 2, 4)], Links(middle));
        }
        string next = Token(4);
        using (HttpResponseMessage last = await _host.SendAsync(HttpMethod.Get, $"/sessions?page_size=2&page_token={next}",
            change: SessionToken(token)))
        {
            Assert.Equal(newestFirst[4..], (await last.IsOkAsync()).AsArray().Select(session => session!["id"]!.GetValue<string>()));
            Assert.Equal([("first", 0, 2, 0), ("prev", 1, 2, 2)], Links(last));
        }
        foreach (string garbage in new[] { "page=x&per_page=y", "page_size=0x&page_token=%21%21", "page_token=e30", "per_page=99999" })
        {
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Get, "/sessions?" + garbage, change: SessionToken(token));
            Assert.Equal(5, (await answer.IsOkAsync()).AsArray().Count);
        }
    }

    [Fact]
    public async Task One_other_session_that_was_seen_ends_and_strangers_sessions_do_not()
    {
        string user = DialectHost.New("user"), current = DialectHost.New("session"), token = await _host.SeenTokenAsync(user, current);
        string other = DialectHost.New("session"), unseen = DialectHost.New("session"), foreign = DialectHost.New("session");
        string otherToken = await _host.SeenTokenAsync(user, other), unseenToken = _host.Token(user, unseen),
            foreignToken = await _host.SeenTokenAsync(DialectHost.New("user"), foreign);
        long before = await RecordedAsync();
        foreach (string session in new[] { other, other, unseen, foreign, "no-uuid-needed-here" })
        {
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/sessions/" + session, change: Cookie(token));
            Assert.Equal((204, ""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }
        await (await _host.SendAsync(HttpMethod.Delete, "/sessions/" + current, change: Cookie(token))).IsErrorAsync(400, CurrentSession);
        int[] reached = [await _host.ReachAsync(otherToken), await _host.ReachAsync(unseenToken), await _host.ReachAsync(foreignToken),
            await _host.ReachAsync(token)];
        Assert.Equal([401, 200, 200, 200], reached);
        // Of what is no known session of the caller's there is no fact.
        Assert.Equal(before + 1, await RecordedAsync());
    }

    private async Task<long> RecordedAsync()
        => (await _host.Gateway.Get<IRevocationLog>().HeadAsync(default)).Number;

    [Fact]
    public async Task Who_am_i_is_told_to_every_method_and_ends_nothing()
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session"), token = _host.Token(user, session);
        foreach (string method in new[] { "GET", "POST", "PUT", "PATCH", "OPTIONS", "DELETE" })
        {
            using HttpResponseMessage answer = await _host.SendAsync(new HttpMethod(method), "/auth/sessions/whoami",
                change: SessionToken(token));
            JsonNode me = await answer.IsOkAsync();
            Assert.Equal(user, answer.Headers.GetValues("X-Kratos-Authenticated-Identity-Id").Single());
            Assert.Equal((session, true, user),
                (me["id"]!.GetValue<string>(), me["active"]!.GetValue<bool>(), me["identity"]!["id"]!.GetValue<string>()));
            Assert.DoesNotContain(token, me.ToJsonString(), StringComparison.Ordinal);
        }
        using HttpResponseMessage head = await _host.SendAsync(HttpMethod.Head, "/sessions/whoami", change: SessionToken(token));
        Assert.Equal(200, (int)head.StatusCode);
        Assert.Equal(200, await _host.ReachAsync(token));
        using HttpResponseMessage preflight = await _host.SendAsync(HttpMethod.Options, "/sessions/whoami",
            change: request => request.Headers.Add("Access-Control-Request-Method", "GET"));
        Assert.Equal(200, (int)preflight.StatusCode);
        Assert.Contains(_host.Backend.Requests, request => request.Method == "OPTIONS" && request.Path == "/sessions/whoami");
    }

    [Fact]
    public async Task A_logout_by_token_needs_nothing_but_the_token()
    {
        string token = await _host.SeenTokenAsync(DialectHost.New("user"), DialectHost.New("session"));
        for (int round = 0; round < 2; round++)
        {
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/self-service/logout/api",
                body: DialectHost.Json(new JsonObject { ["session_token"] = token }.ToJsonString()));
            Assert.Equal(204, (int)answer.StatusCode);
            Assert.Equal(401, await _host.ReachAsync(token));
        }
        foreach (string unknown in new[] { """{"session_token":"nonsense"}""", """{"session_token":""}""", "{}",
            """{"session_token":"nonsense","more":1}""" })
            await (await _host.SendAsync(HttpMethod.Delete, "/self-service/logout/api", body: DialectHost.Json(unknown)))
                .IsErrorAsync(403, UnknownToken);
        using (HttpResponseMessage empty = await _host.SendAsync(HttpMethod.Delete, "/self-service/logout/api"))
            Assert.Equal(
                """{"error":{"code":400,"status":"Bad Request","reason":"Unable to decode HTTP Request Body because its HTTP Header \"Content-Length\" is zero.","message":"The request was malformed or contained invalid parameters"}}""" + "\n", await empty.Content.ReadAsStringAsync());
        foreach (string broken in new[] { "{", "[]", "7", """{"session_token":7}""", """{"session_token":"a","session_token":"b"}""",
            """{"session_token":"\ud800"}""" })
        {
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/self-service/logout/api",
                body: DialectHost.Json(broken));
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.StartsWith("""{"error":{"code":400,""", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using HttpResponseMessage large = await _host.SendAsync(HttpMethod.Delete, "/self-service/logout/api",
            body: DialectHost.Json(new string(' ', 300_000)));
        await large.IsErrorAsync(413,
            """{"error":{"code":413,"status":"Request Entity Too Large","message":"The request body is too large"}}""" + "\n");
    }

    [Theory]
    [InlineData("POST", "/sessions")]
    [InlineData("GET", "/sessions/any")]
    [InlineData("PATCH", "/sessions/any/extend")]
    [InlineData("DELETE", "/admin/sessions/any")]
    [InlineData("DELETE", "/admin/identities/any/sessions")]
    [InlineData("GET", "/admin/sessions")]
    [InlineData("GET", "/self-service/logout/browser")]
    [InlineData("DELETE", "/elsewhere/sessions")]
    public async Task Everything_else_is_the_applications(string method, string path)
    {
        string marker = Guid.NewGuid().ToString();
        using HttpResponseMessage answer = await _host.SendAsync(new HttpMethod(method), path,
            change: request => request.Headers.Add("X-Marker", marker));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Single(_host.Backend.Requests, request => request["X-Marker"] == marker && request.Method == method && request.Path == path);
    }

    private static string Token(int offset)
        => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($$"""{"offset":"{{offset}}","v":2}""")).TrimEnd('=').Replace('+', '-')
            .Replace('/', '_');

    /// <summary>Relation, page, size and offset of each link; the token is decoded and compared with the page.</summary>
    private (string, int, int, int)[] Links(HttpResponseMessage answer)
        => [.. answer.Headers.GetValues("Link").Single().Split(',').Select(link =>
    {
        System.Text.RegularExpressions.Match match = System.Text.RegularExpressions.Regex.Match(link,
            @"^<(?<url>http://[^?]+/sessions)\?page=(?<page>-?\d+)&page_size=(?<size>\d+)&page_token=(?<token>[\w-]+)&per_page=\k<size>>; rel=""(?<rel>\w+)""$");
        Assert.True(match.Success, link);
        Assert.StartsWith(_host.Gateway.Url, match.Groups["url"].Value, StringComparison.Ordinal);
        int page = int.Parse(match.Groups["page"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture),
            size = int.Parse(match.Groups["size"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Token(page * size), match.Groups["token"].Value);
        return (match.Groups["rel"].Value, page, size, page * size);
    })];
}
