using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using static Gateway.Tests.Dialects.Ory.OryAnswers;

namespace Gateway.Tests.Dialects.Ory;

/// <summary>A realm behind which an application answers for itself, as Kratos does.</summary>
public sealed class OryLookupTests : IAsyncLifetime
{
    private static readonly string Subject = Guid.NewGuid().ToString();

    private readonly Dictionary<string, string> _sessions = [];
    private DialectHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await DialectHost.StartAsync("Ory", change: settings =>
        {
            string whoami = settings["ReverseProxy"]!["Clusters"]!["app"]!["Destinations"]!["one"]!["Address"]!.GetValue<string>()
                + "sessions/whoami";
            settings.Set("Gateway:Realms", new JsonObject
            {
                ["main"] = new JsonObject
                {
                    ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Session-Token" },
                        new JsonObject { ["Cookie"] = "ory_kratos_session" }),
                    ["Lookup"] = new JsonObject
                    {
                        ["Url"] = whoami, ["SessionId"] = "/id", ["Subject"] = "/identity/id", ["AuthenticatedAt"] = "/authenticated_at",
                        ["ExpiresAt"] = "/expires_at",
                    },
                },
            });
        });
        _host.Backend.Answer = async context =>
        {
            if (context.Request.Path != "/sessions/whoami") return false;
            string? token = context.Request.Headers["X-Session-Token"].FirstOrDefault() ?? context.Request.Cookies["ory_kratos_session"];
            if (token == "needs-aal2")
            {
                context.Response.StatusCode = 403;
                context.Response.Headers["Ory-Error-Id"] = "session_aal2_required";
                await context.Response.WriteAsJsonAsync(
                    new { error = new { id = "session_aal2_required", code = 403 }, redirect_browser_to = "https://app/2fa" });
                return true;
            }
            if (token is null || !_sessions.TryGetValue(token, out string? session))
            {
                context.Response.StatusCode = 401;
                return true;
            }
            context.Response.Headers["X-From"] = "the application";
            await context.Response.WriteAsJsonAsync(new { id = session, active = true,
                identity = new { id = Subject, traits = new { email = "a@b" } }, authenticated_at = "2026-01-01T00:00:00Z",
                expires_at = "2099-01-01T00:00:00Z" });
            return true;
        };
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_applications_own_answer_is_passed_on_while_the_session_is_good()
    {
        string one = New("one"), two = New("two");
        foreach (Action<HttpRequestMessage> credential in new[] { SessionToken("one"), Cookie("one") })
        {
            using HttpResponseMessage me = await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: credential);
            Assert.Equal("the application", me.Headers.GetValues("X-From").Single());
            Assert.Equal("a@b", JsonNode.Parse(await me.Content.ReadAsStringAsync())!["identity"]!["traits"]!["email"]!.GetValue<string>());
        }
        using (HttpResponseMessage before = await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: SessionToken("two")))
            Assert.Equal(200, (int)before.StatusCode);
        using (HttpResponseMessage ended = await _host.SendAsync(HttpMethod.Delete, "/sessions", change: SessionToken("one")))
            Assert.Equal(1, (int)(await ended.IsOkAsync())["count"]!);
        // The application still holds it for good; the gateway does not ask.
        await (await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: SessionToken("two"))).IsErrorAsync(401, NoCredentials);
        using HttpResponseMessage still = await _host.SendAsync(HttpMethod.Delete, "/sessions/whoami", change: SessionToken("one"));
        Assert.Equal("the application", still.Headers.GetValues("X-From").Single());
        Assert.NotEqual(one, two);
    }

    [Fact]
    public async Task It_is_answered_by_the_realms_own_lookup_wherever_the_path_leads()
    {
        string session = New("one");
        // Another application stands behind the path, and answers with a page of its own.
        await using DialectHost host = await DialectHost.StartAsync("Ory", change: settings =>
        {
            settings.Set("Gateway:Realms", new JsonObject
            {
                ["main"] = new JsonObject
                {
                    ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Session-Token" }),
                    ["Lookup"] = new JsonObject
                    {
                        ["Url"] = _host.Backend.Url.TrimEnd('/') + "/sessions/whoami", ["SessionId"] = "/id", ["Subject"] = "/identity/id",
                    },
                },
            });
        });
        foreach (string method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD" })
        {
            using HttpResponseMessage answer = await host.SendAsync(new HttpMethod(method), "/sessions/whoami",
                change: SessionToken("one"));
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal(Subject, answer.Headers.GetValues("X-Kratos-Authenticated-Identity-Id").Single());
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
            if (method == "HEAD") continue;
            JsonNode me = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal((session, "a@b"), ((string)me["id"]!, (string)me["identity"]!["traits"]!["email"]!));
        }
        Assert.DoesNotContain(host.Backend.Requests, request => request.Path == "/sessions/whoami");
        using HttpResponseMessage tokenized = await host.SendAsync(HttpMethod.Get, "/sessions/whoami?tokenize_as=jwt&access_token=x",
            change: SessionToken("one"));
        Assert.Equal("?tokenize_as=jwt", _host.Backend.Requests.Last().Query);
    }

    [Theory]
    [InlineData("/sessions/whoami")]
    [InlineData("/sessions")]
    public async Task Who_lacks_a_factor_is_told_so_by_the_application(string path)
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Get, path + "?access_token=x", change: request =>
        {
            SessionToken("needs-aal2")(request);
            Cookie("another")(request);
        });
        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Equal("session_aal2_required", answer.Headers.GetValues("Ory-Error-Id").Single());
        Assert.Equal("session_aal2_required",
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["id"]!.GetValue<string>());
        RecordedRequest asking = _host.Backend.Requests.Last();
        Assert.Equal(("needs-aal2", null, ""), (asking["X-Session-Token"], asking["Cookie"], asking.Query));
        await (await _host.SendAsync(HttpMethod.Get, path, change: SessionToken("nobody's")))
            .IsErrorAsync(401, path == "/sessions" ? NoSession : NoCredentials);
        int asked = _host.Backend.Requests.Count;
        await (await _host.SendAsync(HttpMethod.Get, path)).IsErrorAsync(401, path == "/sessions" ? NoSession : NoCredentials);
        Assert.Equal(asked, _host.Backend.Requests.Count);
    }

    [Fact]
    public async Task Ids_must_be_uuids_and_the_caller_is_checked_first()
    {
        string current = New("current"), other = New("other");
        await (await _host.SendAsync(HttpMethod.Delete, "/sessions/abc")).IsErrorAsync(401, NoSession);
        await (await _host.SendAsync(HttpMethod.Delete, "/sessions/abc", change: SessionToken("current")))
            .IsErrorAsync(400, BadRequest("uuid: incorrect UUID length 3 in string \\\"abc\\\""));
        await (await _host.SendAsync(HttpMethod.Delete, "/sessions/" + new string('x', 36), change: SessionToken("current")))
            .IsErrorAsync(400, BadRequest($"uuid: incorrect UUID format in string \\\"{new string('x', 36)}\\\""));
        await (await _host.SendAsync(HttpMethod.Delete, "/sessions/" + current.ToUpperInvariant(), change: SessionToken("current")))
            .IsErrorAsync(400, CurrentSession);
        using HttpResponseMessage seen = await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: SessionToken("other"));
        Assert.Equal(200, (int)seen.StatusCode);
        using HttpResponseMessage ended = await _host.SendAsync(HttpMethod.Delete, $"/sessions/{{{other.ToUpperInvariant()}}}",
            change: SessionToken("current"));
        Assert.Equal(204, (int)ended.StatusCode);
        await (await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: SessionToken("other"))).IsErrorAsync(401, NoCredentials);
        await (await _host.Gateway.Management.DeleteAsync("/admin/sessions/abc"))
            .IsErrorAsync(400, BadRequest("uuid: incorrect UUID length 3 in string \\\"abc\\\""));
    }

    [Fact]
    public async Task An_application_that_cannot_be_asked_is_503()
    {
        _host.Backend.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/sessions", change: SessionToken("any"));
        await UnavailableAsync(answer);
        using HttpResponseMessage logout = await _host.SendAsync(HttpMethod.Delete, "/self-service/logout/api",
            body: DialectHost.Json("""{"session_token":"any"}"""));
        await UnavailableAsync(logout);

        static async Task UnavailableAsync(HttpResponseMessage answer)
        {
            Assert.Equal(503, (int)answer.StatusCode);
            Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
            Assert.StartsWith("""{"error":{"code":503,"status":"Service Unavailable",""", await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        }
    }

    private string New(string token) => _sessions[token] = Guid.NewGuid().ToString();
}
