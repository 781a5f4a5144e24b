using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Dialects.Zitadel;

public sealed class ZitadelRestTests(ZitadelFixture fixture) : IClassFixture<ZitadelFixture>
{
    private readonly DialectHost _host = fixture.Host;

    [Theory]
    [InlineData("v2")]
    [InlineData("v2beta")]
    public async Task An_own_session_ends_and_its_requests_stop(string version)
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session");
        string token = await _host.SeenTokenAsync(user, session);
        string other = _host.Token(user, DialectHost.New("session"));

        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, $"/{version}/sessions/{session}", other);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("1/1", answer.Headers.GetValues("Gateway-Enforced").Single());
        Guid.Parse(answer.Headers.GetValues("Gateway-Revocation").Single());
        JsonObject details = (await BodyAsync(answer))["details"]!.AsObject();
        Assert.True(ulong.Parse(details["sequence"]!.GetValue<string>(), CultureInfo.InvariantCulture) > 0);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?Z$", details["changeDate"]!.GetValue<string>());
        Assert.Equal("main", details["resourceOwner"]!.GetValue<string>());
        Assert.True(DateTimeOffset.Parse(details["creationDate"]!.GetValue<string>(),
            CultureInfo.InvariantCulture) <= DateTimeOffset.Parse(details["changeDate"]!.GetValue<string>(), CultureInfo.InvariantCulture));
        Assert.Equal(["sequence", "changeDate", "resourceOwner", "creationDate"], details.Select(member => member.Key));

        Assert.Equal(401, await _host.ReachAsync(token));
        Assert.Equal(200, await _host.ReachAsync(other));
    }

    [Fact]
    public async Task A_repeated_delete_answers_the_same_details_and_adds_nothing_to_the_log()
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session");
        await _host.SeenTokenAsync(user, session);
        string other = _host.Token(user, DialectHost.New("session"));
        string first = await (await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", other)).Content.ReadAsStringAsync();
        string second = await (await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", other)).Content.ReadAsStringAsync();
        Assert.Contains("sequence", first, StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task After_a_reinstatement_a_session_can_be_ended_again()
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session");
        string token = await _host.SeenTokenAsync(user, session);
        string other = _host.Token(user, DialectHost.New("session"));
        for (int round = 0; round < 3; round++)
        {
            using HttpResponseMessage ended = await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", other);
            Assert.Equal(401, await _host.ReachAsync(token));
            using HttpResponseMessage undone = await _host.Gateway.Management.DeleteAsync(
                "/v1/revocations/" + ended.Headers.GetValues("Gateway-Revocation").Single());
            Assert.True(undone.IsSuccessStatusCode);
            Assert.Equal(200, await _host.ReachAsync(token));
        }
    }

    public static TheoryData<string?, string, string?> Headers => new()
    {
        { null, "auth header missing", null },
        { "", "auth header missing", null },
        { "bearer TOKEN", "invalid auth header", "AUTH-7fs1e" },
        { "BEARER TOKEN", "invalid auth header", "AUTH-7fs1e" },
        { "Basic dTpw", "invalid auth header", "AUTH-7fs1e" },
        { "Bearer Bearer TOKEN", "invalid auth header", "AUTH-7fs1e" },
        { "Bearer nonsense", "Token is invalid", "AUTH-7fs1e" },
        { "Bearer a.b.c", "Token is invalid", "AUTH-7fs1e" },
        { "Bearer  TOKEN", "Token is invalid", "AUTH-7fs1e" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Who_is_not_known_gets_401(string? header, string text, string? id)
    {
        string good = _host.Token(DialectHost.New("user"), "any");
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/v2/sessions/any", change: request =>
        {
            if (header is not null)
                request.Headers.TryAddWithoutValidation("Authorization", header.Replace("TOKEN", good, StringComparison.Ordinal));
        });
        await IsErrorAsync(answer, 401, 16, text, id);
        Assert.Equal(id is null ? text : $"{text} ({id})", string.Join(' ', answer.Headers.GetValues("WWW-Authenticate")));
    }

    [Fact]
    public async Task An_expired_token_and_an_ended_session_get_401()
    {
        string expired = _host.Token(DialectHost.New("user"), "any", change: claims => claims["exp"] = 1_000_000_000);
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Delete, "/v2/sessions/any", expired), 401, 16, "Token is invalid",
            "AUTH-7fs1e");

        string session = DialectHost.New("session"), token = _host.Token(DialectHost.New("user"), session);
        using (HttpResponseMessage own = await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", token))
            Assert.Equal(200, (int)own.StatusCode);
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", token), 401, 16, "Token is invalid",
            "AUTH-7fs1e");
    }

    [Fact]
    public async Task Two_headers_that_differ_are_400()
    {
        string token = _host.Token(DialectHost.New("user"), "any");
        (int status,
            string body) = await _host.SendRawAsync(
                $"DELETE /v2/sessions/any HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nAuthorization: "
                    + "Bearer other\r\n\r\n");
        Assert.Equal(400, status);
        Assert.Equal("""{"code":3,"message":"more than one auth header"}""", body);
    }

    [Fact]
    public async Task Somebody_elses_session_takes_the_permission()
    {
        string session = DialectHost.New("session"), token = await _host.SeenTokenAsync(DialectHost.New("user"), session);
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", _host.Token("mallory", "m")), 403, 7,
            "No matching permissions found", "AUTH-AWfge");
        Assert.Equal(200, await _host.ReachAsync(token));
        using HttpResponseMessage byAdmin = await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}",
            _host.Token("root", "r", admin: true));
        Assert.Equal(200, (int)byAdmin.StatusCode);
        Assert.Equal(401, await _host.ReachAsync(token));
    }

    [Fact]
    public async Task An_unknown_session_is_403_without_the_permission_and_404_with_it()
    {
        string unknown = DialectHost.New("unknown");
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{unknown}", _host.Token("mallory", "m")), 403, 7,
            "No matching permissions found", "AUTH-AWfge");
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{unknown}", _host.Token("root", "r", admin: true)), 404,
            5, "Session does not exist", "QUERY-SFeaa");
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Get, $"/v2/sessions/{unknown}", _host.Token("root", "r", admin: true)), 404, 5,
            "Session does not exist", "QUERY-SFeaa");
    }

    [Fact]
    public async Task The_sessions_own_token_proves_it_to_anybody_seen_or_not_ended_or_not()
    {
        string session = DialectHost.New("session"), token = _host.Token(DialectHost.New("user"), session),
            stranger = _host.Token("stranger", "s");
        string body = new JsonObject { ["sessionToken"] = token }.ToJsonString();
        using HttpResponseMessage first = await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", stranger,
            DialectHost.Json(body));
        Assert.Equal(200, (int)first.StatusCode);
        Assert.Equal(401, await _host.ReachAsync(token));
        using HttpResponseMessage second = await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", stranger,
            DialectHost.Json(body));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        JsonNode details = (await BodyAsync(first))["details"]!;
        Assert.Equal(details["changeDate"]!.GetValue<string>(), details["creationDate"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("not base64url ~~")]
    [InlineData("a.b.c")]
    [InlineData("OTHER")]
    public async Task A_wrong_session_token_is_403_for_an_administrator_too(string sent)
    {
        string session = DialectHost.New("session"), token = await _host.SeenTokenAsync("user-of-it", session);
        string wrong = sent == "OTHER" ? _host.Token("user-of-it", "another-session") : sent;
        string body = new JsonObject { ["sessionToken"] = wrong }.ToJsonString();
        foreach (string caller in new[] { _host.Token("root", "r", admin: true), _host.Token("user-of-it", "a-third-session") })
            await IsErrorAsync(await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", caller, DialectHost.Json(body)), 403, 7,
                "Session Token is invalid", "COMMAND-sGr42");
        Assert.Equal(200, await _host.ReachAsync(token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"sessionToken\":\"\"}")]
    [InlineData("{\"session_token\":\"\"}")]
    [InlineData("{\"sessionToken\":null}")]
    [InlineData("{\"whatever\":{\"deep\":[1,2]}}")]
    [InlineData("{\"sessionId\":\"somebody-elses\"}")]
    public async Task A_body_that_names_no_token_leaves_the_path_to_decide(string body)
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session"), token = await _host.SeenTokenAsync(user, session);
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", _host.Token(user, "other"),
            DialectHost.Json(body));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(401, await _host.ReachAsync(token));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{\"sessionToken\":7}")]
    [InlineData("{\"sessionToken\":{}}")]
    [InlineData("{\"sessionToken\":\"a\",\"sessionToken\":\"b\"}")]
    [InlineData("{\"sessionToken\":\"a\",\"session_token\":\"b\"}")]
    [InlineData("{\"sessionToken\":\"a\"} more")]
    [InlineData("sessionToken=abc")]
    public async Task Broken_json_is_400_in_the_vendors_form(string body)
    {
        string session = DialectHost.New("session"), token = await _host.SeenTokenAsync("owner", session);
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}",
            _host.Token("owner", "other"), DialectHost.Json(body));
        Assert.Equal(400, (int)answer.StatusCode);
        JsonObject error = await BodyAsync(answer);
        Assert.Equal(3, (int)error["code"]!);
        Assert.Equal(["code", "message"], error.Select(member => member.Key));
        Assert.Matches("^proto: (syntax error \\(line [0-9]+:[0-9]+\\)|invalid value for a field|a field is set twice)$",
            (string)error["message"]!);
        Assert.Equal(200, await _host.ReachAsync(token));
    }

    [Fact]
    public async Task An_id_is_between_1_and_200_characters()
    {
        string admin = _host.Token("root", "r", admin: true);
        using HttpResponseMessage tooLong = await _host.SendAsync(HttpMethod.Delete, "/v2/sessions/" + new string('x', 201), admin);
        await IsErrorAsync(tooLong, 400, 3,
            "invalid DeleteSessionRequest.SessionId: value length must be between 1 and 200 runes, inclusive", null);
        using HttpResponseMessage longest = await _host.SendAsync(HttpMethod.Delete, "/v2/sessions/" + new string('x', 200), admin);
        Assert.Equal(404, (int)longest.StatusCode);
        // Characters count, not bytes.
        using HttpResponseMessage umlauts = await _host.SendAsync(HttpMethod.Delete,
            "/v2/sessions/" + string.Concat(Enumerable.Repeat("%C3%BC", 200)), admin);
        Assert.Equal(404, (int)umlauts.StatusCode);
        using HttpResponseMessage broken = await _host.SendAsync(HttpMethod.Delete, "/v2/sessions/%C3", admin);
        Assert.Equal(400, (int)broken.StatusCode);
        Assert.Equal(3, (int)(await BodyAsync(broken))["code"]!);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413_in_the_vendors_form()
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/v2/sessions/any", _host.Token("u", "s"),
            DialectHost.Json("{\"x\":\"" + new string('x', 300_000) + "\"}"));
        await IsErrorAsync(answer, 413, 8, "request body too large", null);
    }

    [Fact]
    public async Task GetSession_shows_own_sessions_and_with_permission_all()
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session"), other = _host.Token(user, "other");
        string token = await _host.SeenTokenAsync(user, session);
        using HttpResponseMessage own = await _host.SendAsync(HttpMethod.Get, $"/v2/sessions/{session}", other);
        JsonNode shown = (await BodyAsync(own))["session"]!;
        Assert.Equal(session, shown["id"]!.GetValue<string>());
        Assert.Equal(user, shown["factors"]!["user"]!["id"]!.GetValue<string>());
        Assert.Equal("127.0.0.1", shown["userAgent"]!["ip"]!.GetValue<string>());
        Assert.NotNull(shown["creationDate"]);
        Assert.NotNull(shown["expirationDate"]);

        await IsErrorAsync(await _host.SendAsync(HttpMethod.Get, $"/v2/sessions/{session}", _host.Token("mallory", "m")), 403, 7,
            "No matching permissions found", "AUTH-AWfge");
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Get, $"/v2/sessions/{session}?sessionToken=wrong", other), 403, 7,
            "Errors.PermissionDenied", "QUERY-dsfr3");
        foreach (string query in new[] { "sessionToken", "session_token" })
        {
            using HttpResponseMessage proven = await _host.SendAsync(HttpMethod.Get, $"/v2/sessions/{session}?{query}={token}",
                _host.Token("mallory", "m"));
            Assert.Equal(200, (int)proven.StatusCode);
        }
        using HttpResponseMessage byAdmin = await _host.SendAsync(HttpMethod.Get, $"/v2beta/sessions/{session}",
            _host.Token("root", "r", admin: true));
        Assert.Equal(200, (int)byAdmin.StatusCode);

        await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", other);
        await IsErrorAsync(await _host.SendAsync(HttpMethod.Get, $"/v2/sessions/{session}", other), 404, 5, "Session does not exist",
            "QUERY-SFeaa");
    }

    [Fact]
    public async Task ListSessions_finds_own_live_sessions_page_by_page()
    {
        string user = DialectHost.New("user");
        string[] sessions = [.. Enumerable.Range(0, 5).Select(_ => DialectHost.New("session"))];
        foreach (string session in sessions) await _host.SeenTokenAsync(user, session);
        string caller = _host.Token(user, sessions[0]);
        await _host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{sessions[4]}", caller);

        JsonObject all = await SearchAsync(caller, "{}");
        Assert.Equal("4", all["details"]!["totalResult"]!.GetValue<string>());
        Assert.Equal(sessions[..4].Order(), Ids(all).Order());
        JsonObject ascending = await SearchAsync(caller,
            """{"query":{"asc":true,"limit":2,"offset":"1"},"sortingColumn":"SESSION_FIELD_NAME_CREATION_DATE"}""");
        Assert.Equal(sessions[1..3], Ids(ascending));
        Assert.Equal("4", ascending["details"]!["totalResult"]!.GetValue<string>());
        Assert.Equal([sessions[2]], Ids(
            await SearchAsync(caller, $$$"""{"queries":[{"idsQuery":{"ids":["{{{sessions[2]}}}","{{{sessions[4]}}}"]}}]}""")));
        Assert.Equal([sessions[2]],
            Ids(
                await SearchAsync(caller,
                    $$$"""{"queries":[{"ids_query":{"ids":["{{{sessions[2]}}}"]}},{"userIdQuery":{"id":"{{{user}}}"}}]}""")));
        string many = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"id{i}\"")) + $",\"{sessions[4]}\"";
        foreach (string more in new[] { "\"nobody's\"", many })
        {
            string ids = $$$"""{"queries":[{"idsQuery":{"ids":["{{{sessions[2]}}}","{{{sessions[0]}}}",{{{more}}}]}}]}""";
            Assert.Contains(sessions[2], Ids(await SearchAsync(_host.Token("root", "r", admin: true), ids)));
            Assert.Empty(Ids(await SearchAsync(_host.Token("mallory", "m"), ids)));
        }
        string queries = string.Join(',', Enumerable.Repeat("{\"creatorQuery\":{}}", 101));
        using HttpResponseMessage tooMany = await _host.SendAsync(HttpMethod.Post, "/v2/sessions/search", caller,
            DialectHost.Json($$"""{"queries":[{{queries}}]}"""));
        await IsErrorAsync(tooMany, 400, 3, "invalid ListSessionsRequest.Queries: value must contain no more than 100 item(s)", null);
        Assert.Empty(Ids(await SearchAsync(caller, """{"queries":[{"userIdQuery":{"id":"somebody-else"}}]}""")));
        Assert.Equal(4,
            Ids(
                await SearchAsync(caller,
                    """{"queries":[{"creationDateQuery":{"creationDate":"2001-01-01T00:00:00Z","method":"TIMESTAMP_QUERY_METHOD_GREATER"}},{"creatorQuery":{}}]}""")).Length);
        Assert.Empty(
            Ids(
                await SearchAsync(caller,
                    """{"queries":[{"creationDateQuery":{"creationDate":"2001-01-01T00:00:00Z","method":"TIMESTAMP_QUERY_METHOD_LESS"}}]}""")));
        Assert.Equal(4,
            Ids(await SearchAsync(_host.Token("root", "r", admin: true),
                $$$"""{"queries":[{"userIdQuery":{"id":"{{{user}}}"}}]}""")).Length);
    }

    [Theory]
    [InlineData("POST", "/v2/sessions")]
    [InlineData("PATCH", "/v2/sessions/any")]
    [InlineData("GET", "/v2/users/any")]
    [InlineData("GET", "/v2/sessions")]
    [InlineData("POST", "/v2/sessions/any")]
    [InlineData("POST", "/zitadel.session.v2.SessionService/CreateSession")]
    [InlineData("POST", "/zitadel.session.v2.SessionService/SetSession")]
    [InlineData("POST", "/zitadel.user.v2.UserService/GetUserByID")]
    [InlineData("OPTIONS", "/zitadel.session.v2.SessionService/DeleteSession")]
    public async Task Everything_else_is_the_applications(string method, string path)
    {
        string marker = Guid.NewGuid().ToString();
        using HttpResponseMessage answer = await _host.SendAsync(new HttpMethod(method), path,
            change: request => request.Headers.Add("X-Marker", marker));
        Assert.Equal(200, (int)answer.StatusCode);
        RecordedRequest seen = Assert.Single(_host.Backend.Requests, request => request["X-Marker"] == marker);
        Assert.Equal((method, path), (seen.Method, seen.Path));
    }

    [Fact]
    public async Task Settings_name_the_organization_and_end_sessions_ahead_of_time()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel",
            new() { ["Organization"] = "acme", ["UnknownSessions"] = "Revoke" });
        string admin = host.Token("root", "r", admin: true), session = DialectHost.New("session");
        await IsErrorAsync(await host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", admin,
            change: request => request.Headers.Add("x-zitadel-orgid", "other")), 403, 7, "Organisation doesn't exist", "AUTH-Bs7Ds");
        using HttpResponseMessage first = await host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", admin,
            change: request => request.Headers.Add("x-zitadel-orgid", "acme"));
        JsonNode details = (await BodyAsync(first))["details"]!;
        Assert.Equal("acme", details["resourceOwner"]!.GetValue<string>());
        Assert.Equal(details["changeDate"]!.GetValue<string>(), details["creationDate"]!.GetValue<string>());
        Assert.Equal(401, await host.ReachAsync(host.Token("somebody", session)));
        using HttpResponseMessage again = await host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", admin);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
    }

    private async Task<JsonObject> SearchAsync(string caller, string body)
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, "/v2/sessions/search", caller, DialectHost.Json(body));
        Assert.Equal(200, (int)answer.StatusCode);
        return await BodyAsync(answer);
    }

    private static string[] Ids(JsonObject answer)
        => [.. (answer["sessions"] as JsonArray ?? []).Select(session => session!["id"]!.GetValue<string>())];

    private static async Task<JsonObject> BodyAsync(HttpResponseMessage answer)
        => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();

    private static async Task IsErrorAsync(HttpResponseMessage answer, int status, int code, string text, string? id)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        JsonObject expected = new() { ["code"] = code, ["message"] = id is null ? text : $"{text} ({id})" };
        if (id is not null)
            expected["details"] = new JsonArray(
                new JsonObject { ["@type"] = "type.googleapis.com/zitadel.v1.ErrorDetail", ["id"] = id, ["message"] = text });
        Assert.Equal(expected.ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal), await answer.Content.ReadAsStringAsync());
        answer.Dispose();
    }
}
