using System.Text.Json.Nodes;

namespace Gateway.Tests.Dialects;

public sealed class DialectRoutingTests
{
    private static readonly JsonObject Everything = new()
    {
        ["Zitadel"] = new JsonObject { ["Realm"] = "main" },
        ["Ory"] = new JsonObject { ["Realm"] = "main", ["PathPrefixes"] = new JsonArray("", "/auth") },
    };

    [Theory]
    [InlineData("/V2/sessions/any")]
    [InlineData("/v2/Sessions/any")]
    [InlineData("/v2/%73essions/any")]
    [InlineData("/v2/%2573essions/any")]
    [InlineData("/v2//sessions/any")]
    [InlineData("/v2/sessions/any/")]
    [InlineData("/v2/./sessions/any")]
    [InlineData("/x/../v2/sessions/any")]
    [InlineData("/x/%2e%2e/v2/sessions/any")]
    [InlineData("/v2;a=b/sessions/any")]
    [InlineData("/v2/sessions;x/any")]
    [InlineData("/v2\\sessions\\any")]
    [InlineData("/v2%2fsessions%2fany")]
    [InlineData("/v2/sessions%2fany")]
    [InlineData("/sessions/")]
    [InlineData("/SESSIONS")]
    [InlineData("/auth/sessions/whoami/")]
    [InlineData("/auth//sessions")]
    [InlineData("/self-service/logout/%61pi")]
    [InlineData("/zitadel.session.v2.sessionservice/DeleteSession")]
    [InlineData("/zitadel.session.v2.SessionService//DeleteSession")]
    [InlineData("/zitadel.session.v2.SessionService/DeleteSession/")]
    public async Task Another_spelling_of_a_dialects_path_is_never_forwarded(string path)
    {
        DialectHost host = await Shared.Value;
        string token = host.Token("user", DialectHost.New("session")), marker = Guid.NewGuid().ToString();
        // The method that the dialect has there; for others the path is an application's own.
        string method = path.StartsWith("/zitadel", StringComparison.Ordinal) ? "POST" : "DELETE";
        (int status,
            _) = await host.SendRawAsync(
                $"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Marker: {marker}\r\nAuthorization: "
                    + $"Bearer {token}\r\nContent-Length: 0\r\n\r\n");
        Assert.InRange(status, 400, 499);
        Assert.DoesNotContain(host.Backend.Requests, request => request["X-Marker"] == marker);
    }

    [Theory]
    [InlineData("Host: a.\r\n")]
    [InlineData("Host: a b\r\n")]
    [InlineData("Host: a\r\nX_Session_Token: x\r\n")]
    [InlineData("Host: a\r\nX-Odd: \u00fc\r\n")]
    public async Task What_hygiene_refuses_on_a_dialects_path_is_refused_in_the_vendors_form(string headers)
    {
        DialectHost host = await Shared.Value;
        string token = host.Token("user", DialectHost.New("session"));
        foreach ((string call, string form) in new[] { ("DELETE /v2/sessions/any", "{\"code\":3,"),
            ("DELETE /auth/sessions", "{\"error\":{\"code\":400,") })
        {
            (int status, string body) = await host.SendRawAsync(
                $"{call} HTTP/1.1\r\nConnection: close\r\n{headers}Authorization: Bearer {token}\r\n\r\n");
            // Kestrel itself answers a few of them, without a body, before anything of ours has seen the request.
            if (status == 400 && body.Length > 0) Assert.StartsWith(form, body, StringComparison.Ordinal);
            else Assert.InRange(status, 200, 404);
        }
    }

    [Fact]
    public async Task The_absolute_form_of_a_target_is_the_same_path()
    {
        DialectHost host = await Shared.Value;
        string user = DialectHost.New("user"), session = DialectHost.New("session"), token = await host.SeenTokenAsync(user, session);
        (int status,
            string body) = await host.SendRawAsync(
                $"DELETE http://a/v2/sessions/{session} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: "
                    + $"Bearer {host.Token(user, "other")}\r\n\r\n");
        Assert.True(status is 200 or 400, body);
        Assert.Equal(status == 200 ? 401 : 200, await host.ReachAsync(token));
    }

    [Fact]
    public async Task A_dialect_that_is_limited_to_hosts_leaves_the_others_alone()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel",
            new() { ["Hosts"] = new JsonArray("id.example", "other.example", "ported.example:8443") });
        string user = DialectHost.New("user"), token = host.Token(user, "one");
        foreach ((string name, bool served) in new[] { ("id.example", true), ("ID.EXAMPLE", true), ("other.example:8080", true),
            ("ported.example:8443", true), ("ported.example", false), ("app.example", false), ("xid.example", false),
            ("127.0.0.1", false) })
        {
            string session = DialectHost.New("session"), ended = await host.SeenTokenAsync(user, session);
            using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, $"/v2/sessions/{session}", token,
                change: request => request.Headers.Host = name);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal(served, answer.Headers.Contains("Gateway-Revocation"));
            Assert.Equal(served ? 401 : 200, await host.ReachAsync(ended));
        }
        using HttpResponseMessage odd = await host.SendAsync(HttpMethod.Delete, "/V2/sessions/any", token,
            change: request => request.Headers.Host = "app.example");
        Assert.Equal(200, (int)odd.StatusCode);
    }

    [Fact]
    public async Task A_dialect_that_is_switched_off_is_not_spoken()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", new() { ["Enabled"] = false });
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/sessions",
            change: request => request.Headers.Add("X-Session-Token", host.Token("user", "one")));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains(host.Backend.Requests, request => request.Path == "/sessions");
        using HttpResponseMessage admin = await host.Gateway.Management.GetAsync("/admin/sessions");
        Assert.Equal(404, (int)admin.StatusCode);
    }

    [Fact]
    public async Task Host_names_decide_nothing_about_the_listener()
    {
        DialectHost host = await Shared.Value;
        string management = new Uri(host.Gateway.ManagementUrl).Authority;
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Get, "/admin/sessions", change: request =>
        {
            request.Headers.Host = management;
            request.Headers.Authorization = host.Gateway.Management.DefaultRequestHeaders.Authorization;
        });
        Assert.False(answer.Headers.Contains("Link"));
    }

    [Fact]
    public async Task A_browsers_preflight_goes_to_the_application_by_a_route_of_its_own()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", change: settings =>
        {
            JsonObject dialects = (JsonObject)Everything.DeepClone();
            dialects["RocketChat"] = new JsonObject { ["Realm"] = "main" };
            settings["Gateway"]!["Dialects"] = dialects;
            settings.Route(("Session", "Required")).Set("ReverseProxy:Routes:preflight", new JsonObject
            {
                ["ClusterId"] = "app", ["Order"] = -1,
                ["Match"] = new JsonObject { ["Path"] = "{**rest}", ["Methods"] = new JsonArray("OPTIONS") },
            });
        });
        foreach (string path in new[] { "/sessions", "/sessions/whoami", "/sessions/any", "/self-service/logout/api", "/v2/sessions/any",
            "/zitadel.session.v2.SessionService/DeleteSession", "/api/v1/sessions/logout" })
        {
            using HttpResponseMessage preflight = await host.SendAsync(HttpMethod.Options, path, change: request =>
            {
                request.Headers.Add("Origin", "https://elsewhere.example");
                request.Headers.Add("Access-Control-Request-Method", "DELETE");
            });
            Assert.Equal(200, (int)preflight.StatusCode);
            Assert.Contains(host.Backend.Requests, request => request.Method == "OPTIONS" && request.Path == path);
        }
        using HttpResponseMessage nobody = await host.SendAsync(HttpMethod.Get, "/app");
        Assert.Equal(401, (int)nobody.StatusCode);
    }

    // One gateway for all the spellings; it lives as long as the test run.
    private static readonly Lazy<Task<DialectHost>> Shared = new(
        () => DialectHost.StartAsync("Zitadel", change: settings => settings["Gateway"]!["Dialects"] = Everything.DeepClone()));
}
