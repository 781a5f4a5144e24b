using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>Makes the calls of the three vendors and of the management API, each nearly as it should be.</summary>
internal sealed class FuzzedCalls(Random random, TestedGateway gateway, TestIssuer issuer, string password)
{
    private static readonly string[] Types =
    [
        "application/json", "application/json; charset=utf-16", "application/json;;", "application/x-www-form-urlencoded", "text/plain",
        "x",
        "multipart/form-data; boundary=x", "application/JSON ; a=\"b", "application/grpc", "application/connect+json", "",
    ];

    private static readonly string[] RocketChat =
    [
        "POST logout", "POST logout", "POST logout.me", "POST logout.me", "GET list?offset=0&count=5",
        "GET list?sort=%7B%22loginAt%22:1%7D",
        "GET list.all?sort=%7B%22_user.name%22:-1,%22device.os.name%22:1%7D&filter=a", "GET info?sessionId=known-1",
        "GET info.admin?sessionId=known-1", "GET list.all?count=1e400&offset=-9999999999999999999", "GET list?sort=", "POST logout/",
    ];

    private static readonly string[] RocketChatBodies =
        ["""{"sessionId":"known-1"}""", """{"sessionId":"unknown","x":[1,2]}""", """[{"sessionId":"known-2"}]""",
            "sessionId=known-3&a=%zz&="];

    private static readonly string[] Management =
    [
        "POST /v1/revocations", "POST /v1/revocations", "POST /v1/revocations/preview", "POST /v1/explain", "POST /v1/sign-in",
        "GET /v1/revocations/ID", "DELETE /v1/revocations/ID", "GET /v1/revocations?QUERY", "GET /v1/sessions?QUERY",
        "GET /v1/sessions/main/ID",
        "GET /v1/audit?QUERY", "GET /v1/audit/export?QUERY", "GET /v1/audit/proof?QUERY", "GET /v1/nodes", "GET /v1/refusals?QUERY",
        "GET /v1/events?QUERY", "GET /v1/keys", "GET /v1/realms", "GET /v1/routes", "GET /v1/sign-in", "GET /v1/two-factor/ID",
        "GET /v1/two-factor/main/ID", "POST /v1/two-factor/main/ID/totp", "POST /v1/two-factor/main/ID/totp/confirm",
        "PUT /v1/two-factor/main/ID/password", "PUT /v1/two-factor/main/ID/email", "DELETE /v1/two-factor/main/ID/totp",
        "GET /admin/sessions?QUERY", "GET /admin/identities/ID/sessions?QUERY", "DELETE /admin/identities/ID/sessions",
        "DELETE /admin/sessions/ID", "GET /metrics", "GET /healthz", "GET /openapi/v1.json", "OPTIONS /v1/revocations", "PATCH /v1/ID",
    ];

    private static readonly (string Of, string Body)[] ManagementBodies =
    [
        ("revocations", """{"realm":"main","session":"known-1","reason":"r"}"""),
        ("revocations", """{"realm":"main","subject":"eve","before":"2026-01-01T00:00:00Z"}"""),
        ("revocations", """{"realm":"main","subject":"eve","exceptSession":"known-2","expires":"2030-01-01T00:00:00Z","confirm":1}"""),
        ("revocations", """{"realm":"main","client":"c","allowFuture":true}"""),
        ("explain", """{"token":"eyJhbGciOiJIUzI1NiJ9.e30.x","realm":"main"}"""),
        ("explain",
            """{"realm":"main","request":{"method":"GET","url":"https://a/b?access_token=x","headers":{"Cookie":"access_token=y"}}}"""),
        ("sign-in", """{"realm":"main","code":"c","verifier":"v","redirectUri":"https://a/"}"""),
        ("two-factor", """{"password":"p","code":"123456","address":"a@b.example"}"""),
    ];

    private static readonly string[] Queries =
    [
        "realm", "subject", "count", "after", "search", "from", "until", "format", "position", "page_size", "page_token", "active",
        "expand",
        "wait", "session", "kind", "target", "actor", "node",
    ];

    private int _caller;

    private readonly FuzzedMessages _messages = new(random);

    /// <summary>The next caller: the one before is signed out.</summary>
    public void Renew() => _caller++;

    /// <summary>The session of who calls now, and behind "user-of-" a user who has no other.</summary>
    public string Caller => $"caller-{_caller}";

    public FuzzedCall Next() => random.Next(10) switch
    {
        0 or 1 => Chat(),
        2 => ZitadelRest(),
        3 or 4 or 5 => ZitadelRpc(),
        6 or 7 => Ory(),
        _ => Manage(),
    };

    private FuzzedCall Chat()
    {
        string[] call = random.Pick(RocketChat).Split(' ');
        string target = call[1];
        if (target.Contains('?') && random.Once(2)) target += $"&{random.Pick("sessionId", "sort", "filter", "count", "offset")}={Odd()}";
        string? caller = Token(out string? token, "carol");
        List<(string, string)> headers = [("Content-Type", random.Once(3) ? random.Pick(Types) : "application/json"),
            ("User-Agent", "fuzz")];
        if (token is not null) headers.AddRange([("X-Auth-Token", token), ("X-User-Id", random.Once(12) ? "bob" : "carol")]);
        bool hashes = random.Next(3) > 0;
        if (hashes) headers.AddRange([("X-2fa-Code", Damage.Header(random, password)), ("X-2fa-Method", "password")]);
        else if (random.Once(2)) headers.AddRange([("X-2fa-Code", "123456"), ("X-2fa-Method", Damage.Header(random, "totp"))]);
        return Sent(new("Rocket.Chat", gateway.Url, call[0], "/api/v1/sessions/" + target, headers,
            call[0] == "GET" ? [] : Damage.Json(random, random.Pick(RocketChatBodies))) { Caller = caller, Hashes = hashes });
    }

    private FuzzedCall ZitadelRest()
    {
        string version = random.Pick("v2", "v2beta");
        (string method, string path) = random.Pick(("DELETE", "ID"), ("GET", "ID"), ("GET", "ID?sessionToken=x&session_token=y"),
            ("POST", "search"), ("POST", "search"));
        string? caller = Token(out string? token);
        List<(string, string)> headers = Bearer(token);
        headers.Add(("Content-Type", random.Once(3) ? random.Pick(Types) : "application/json"));
        return Sent(new("ZITADEL", gateway.Url, method, $"/{version}/sessions/{path.Replace("ID", Damage.Id(random))}", headers,
            method == "GET" ? [] : Damage.Json(random, _messages.Json(path == "search" ? "ListSessions" : "DeleteSession")))
            { Caller = caller });
    }

    private FuzzedCall ZitadelRpc()
    {
        string type = random.Pick("application/grpc", "application/grpc+proto", "application/grpc+json", "application/grpc-web",
            "application/grpc-web+json", "application/grpc-web-text", "application/grpc-web-text+proto", "application/proto",
            "application/json");
        string method = random.Pick("DeleteSession", "GetSession", "ListSessions");
        string? caller = Token(out string? token);
        bool http2 = type.StartsWith("application/grpc", StringComparison.Ordinal) && !type.Contains("web", StringComparison.Ordinal);
        List<(string, string)> headers = Bearer(token, http2);
        headers.Add(("Content-Type", random.Once(15) ? Damage.Header(random, type, ascii: true) : type));
        if (http2) headers.Add(("TE", "trailers"));
        if (random.Once(3)) headers.Add(("grpc-encoding", random.Pick("gzip", "gzip", "identity", "br", "deflate,gzip")));
        if (random.Once(8)) headers.Add(("grpc-timeout", random.Pick("1n", "99999999999H", "x", "-1S")));
        if (random.Once(6)) headers.Add(("Content-Encoding", random.Pick("gzip", "identity", "br", "gzip, gzip")));
        if (random.Once(8)) headers.Add(("Connect-Protocol-Version", random.Pick("1", "2", "x")));
        return Sent(new("ZITADEL " + type, http2 ? gateway.Http2Url : gateway.Url, "POST",
            $"/zitadel.session.{random.Pick("v2", "v2beta")}.SessionService/{method}", headers, _messages.Body(type, method))
            { Caller = caller, Http2 = http2 });
    }

    private FuzzedCall Ory()
    {
        (string method, string path) = random.Pick(("DELETE", "/sessions/ID"), ("DELETE", "/sessions/ID"), ("DELETE", "/sessions"),
            ("GET", "/sessions?QUERY"), ("GET", "/sessions/whoami"), ("POST", "/sessions/whoami"), ("DELETE", "/self-service/logout/api"),
            ("DELETE", "/self-service/logout/api"), ("DELETE", "/self-service/logout/api"));
        string? caller = Token(out string? token);
        List<(string, string)> headers = [("Content-Type", random.Once(3) ? random.Pick(Types) : "application/json")];
        if (token is not null)
            headers.Add(random.Pick(("X-Session-Token", token), ("Authorization", "Bearer " + token),
                ("Cookie", "ory_kratos_session=" + token)));
        string named = random.Once(2) ? "x" : issuer.Token("alice", $"known-{random.Next(20)}");
        return Sent(new("Ory", gateway.Url, method, Path(path), headers,
            method == "GET" ? [] : Damage.Json(random, new JsonObject { ["session_token"] = named }.ToJsonString())) { Caller = caller });
    }

    private FuzzedCall Manage()
    {
        string[] call = random.Pick(Management).Split(' ');
        List<(string, string)> headers = [("Content-Type", random.Once(4) ? random.Pick(Types) : "application/json")];
        string? caller = random.Next(10) < 8 ? "key" : null;
        if (caller is not null) headers.Add(("Authorization", "Bearer " + GatewaySettings.ManagementKey));
        else if (random.Once(2)) headers.Add(("Authorization", Damage.Header(random, "Bearer " + GatewaySettings.ManagementKey)));
        if (random.Once(6)) headers.Add(("Idempotency-Key", random.Pick("a", "b", "", new string('x', 300), "\u00e9")));
        if (random.Once(8)) headers.Add(("Last-Event-ID", random.Pick("x/1", "-1", "9999999999999999999", "")));
        if (random.Once(8)) headers.Add(("Accept", random.Pick("text/csv", "*/*;q=x", "application/json, */*", "\u00e9")));
        return Sent(new("management", gateway.ManagementUrl, call[0], Path(call[1]), headers,
            call[0] == "GET" ? [] : Damage.Json(random, BodyOf(call[1])))
            { Caller = caller, Hashes = call[1].EndsWith("/password", StringComparison.Ordinal) });
    }

    // Now and then that of another call.
    private string BodyOf(string path)
    {
        string[] own = [.. ManagementBodies.Where(one => path.Contains(one.Of, StringComparison.Ordinal)).Select(one => one.Body)];
        return own.Length == 0 || random.Once(8) ? random.Pick(ManagementBodies).Body : random.Pick(own);
    }

    // Ids and queries of a path.
    private string Path(string path)
        => path.Replace("ID", Damage.Id(random)).Replace("QUERY", string.Join('&', Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            $"{random.Pick(Queries)}{random.Pick("=", "=", "=", "", "==", "[]=")}{Odd()}")));

    private string Odd() => random.Next(4) switch
    {
        0 => random.Pick("main", "alice", "5", "true"),
        1 => random.Pick("-1", "99999999999999999999", "1e9", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "%7B%22a%22", "%7B%7D",
            "%F0%9F", "%00", "null", "AAAA", "eyJhIjoxfQ"),
        _ => Damage.Id(random).Replace(' ', '+'),
    };

    // Most calls come from somebody, so that their bodies are read.
    private string? Token(out string? token, string? user = null)
    {
        token = null;
        if (random.Once(10)) return null;
        token = issuer.Token(user ?? "user-of-" + Caller, Caller, claims => claims["roles"] = new JsonArray("admin"));
        if (random.Next(10) > 0) return Caller;
        token = Damage.Header(random, token, ascii: true) + "x";
        return null;
    }

    private List<(string, string)> Bearer(string? token, bool ascii = false)
        => token is null ? []
            : [("Authorization", random.Once(12) ? Damage.Header(random, "Bearer " + token, ascii) : "Bearer " + token)];

    // What can be wrong with any request over HTTP/1.1. A space would end the target.
    private FuzzedCall Sent(FuzzedCall call)
    {
        call = call with { Target = call.Target.Replace(' ', '+') };
        if (call.Http2) return call;
        return random.Next(30) switch
        {
            0 => call with { SaidLength = call.Body.Length + random.Next(1, 100_000) },
            1 => call with { SaidLength = random.Next(call.Body.Length + 1) },
            2 => call with { Chunked = true, Body = Chunks(call.Body) },
            3 => call with { Headers = [.. call.Headers, call.Headers[random.Next(call.Headers.Count)]] },
            _ => call,
        };
    }

    private byte[] Chunks(byte[] body)
    {
        int half = body.Length / 2;
        byte[] chunks = [.. Encoding.ASCII.GetBytes($"{half:x}\r\n"), .. body[..half], .. "\r\n"u8,
            .. Encoding.ASCII.GetBytes($"{body.Length - half:x};a=b\r\n"), .. body[half..], .. "\r\n0\r\nX-Trailer: x\r\n\r\n"u8];
        return random.Once(2) ? chunks : Damage.Bytes(random, chunks);
    }
}
