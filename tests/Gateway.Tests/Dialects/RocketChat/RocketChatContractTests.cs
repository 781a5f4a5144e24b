using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.TwoFactor;

namespace Gateway.Tests.Dialects.RocketChat;

/// <summary>Every row of the wire contract, byte for byte where it is exact.</summary>
public sealed class RocketChatContractTests : IAsyncLifetime
{
    private const string Unauthorized =
        """{"success":false,"error":"You must be logged in to do this.","status":"error","message":"You must be logged in to do this."}""";
    private const string Forbidden =
        """{"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"}""";
    private const string NotFound = """{"success":false,"error":"Session not found"}""";
    private const string Required =
        """{"success":false,"error":"must have required property 'sessionId' [invalid-params]","errorType":"invalid-params"}""";

    private RocketChatFixture _chat = null!;

    public async Task InitializeAsync() => _chat = await RocketChatFixture.StartAsync();

    public async Task DisposeAsync() => await _chat.DisposeAsync();

    // ---- logout

    [Fact]
    public async Task Logout_ends_the_session_and_says_so()
    {
        string token = await _chat.SeeAsync("alice", "alices-session");
        Answer answer = await _chat.LogoutAsync("alices-session");
        Answer.Is(answer, 200, """{"sessionId":"alices-session","success":true}""");
        Assert.Equal("1/1", answer.Headers["Gateway-Enforced"]);
        Assert.True(Guid.TryParse(answer.Headers["Gateway-Revocation"], out _));
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "list", token, "alice"), 401, Unauthorized);
        Assert.Equal(401, (int)(await _chat.Gateway.GetAsync("/anything", token)).StatusCode);
    }

    [Fact]
    public async Task Logging_the_same_session_out_twice_is_200_twice()
    {
        await _chat.SeeAsync("alice", "twice");
        Answer first = await _chat.LogoutAsync("twice"), second = await _chat.LogoutAsync("twice");
        Answer.Is(first, 200, """{"sessionId":"twice","success":true}""");
        Answer.Is(second, 200, """{"sessionId":"twice","success":true}""");
        Assert.Equal(first.Headers["Gateway-Revocation"], second.Headers["Gateway-Revocation"]);
    }

    [Fact]
    public async Task A_session_that_nobody_has_seen_is_not_found() => Answer.Is(await _chat.LogoutAsync("never-seen"), 404, NotFound);

    [Fact]
    public async Task A_session_of_another_realm_is_not_found_and_ids_are_exact()
    {
        await _chat.SeeAsync("alice", "Exact-Ä");
        Answer.Is(await _chat.LogoutAsync("exact-Ä"), 404, NotFound);
        Answer.Is(await _chat.LogoutAsync("Exact-Ä "), 404, NotFound);
        Answer.Is(await _chat.LogoutAsync("Exact-Ä"), 200, """{"sessionId":"Exact-Ä","success":true}""");
    }

    [Fact]
    public async Task Logout_me_ends_own_sessions_only()
    {
        string one = await _chat.SeeAsync("alice", "one");
        await _chat.SeeAsync("alice", "two");
        await _chat.SeeAsync("bob", "bobs");
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout.me", one, "alice", """{"sessionId":"bobs"}"""), 404, NotFound);
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout.me", one, "alice", """{"sessionId":"two"}"""), 200,
            """{"sessionId":"two","success":true}""");
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout.me", one, "alice", """{"sessionId":"two"}"""), 200,
            """{"sessionId":"two","success":true}""");
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout.me", one, "alice", """{"sessionId":"one"}"""), 200,
            """{"sessionId":"one","success":true}""");
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout.me", one, "alice", """{"sessionId":"one"}"""), 401, Unauthorized);
    }

    // ---- the gates, in their order

    [Fact]
    public async Task Nobody_gets_in_without_both_headers_that_belong_together()
    {
        string token = await _chat.SeeAsync("alice", "s");
        foreach (string call in (string[])["list", "info?sessionId=s", "list.all", "info.admin?sessionId=s"])
        {
            Answer.Is(await _chat.SendAsync(HttpMethod.Get, call, null, null), 401, Unauthorized);
            Answer.Is(await _chat.SendAsync(HttpMethod.Get, call, token, null), 401, Unauthorized);
            Answer.Is(await _chat.SendAsync(HttpMethod.Get, call, null, "alice"), 401, Unauthorized);
            Answer.Is(await _chat.SendAsync(HttpMethod.Get, call, token, "bob"), 401, Unauthorized);
            Answer.Is(await _chat.SendAsync(HttpMethod.Get, call, token, "ALICE"), 401, Unauthorized);
            Answer.Is(await _chat.SendAsync(HttpMethod.Get, call, token + "x", "alice"), 401, Unauthorized);
        }
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout", token, "bob", "{}"), 401, Unauthorized);
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout.me", null, null, "{}"), 401, Unauthorized);
    }

    [Fact]
    public async Task A_permission_comes_before_parameters()
    {
        string token = await _chat.SeeAsync("alice", "s");
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout", token, "alice", "{}"), 403, Forbidden);
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "list.all?nonsense=1", token, "alice"), 403, Forbidden);
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "info.admin", token, "alice"), 403, Forbidden);
    }

    [Fact]
    public async Task Parameters_come_before_the_second_factor_and_that_before_the_session()
    {
        await _chat.EnrolPasswordAsync("carol", "pass");
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout", _chat.Admin, "carol", "{}"), 400, Required);
        Answer.Is(await _chat.LogoutAsync("never-seen"), 400,
            """{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{"method":"password","codeGenerated":false,"availableMethods":[]}}""");
        Answer.Is(await _chat.LogoutAsync("never-seen", Codes.PasswordDigest("wrong"), "password"), 400,
            """{"success":false,"error":"TOTP Invalid [totp-invalid]","errorType":"totp-invalid","details":{"method":"password","codeGenerated":false,"availableMethods":[]}}""");
        Answer.Is(await _chat.LogoutAsync("never-seen", Codes.PasswordDigest("pass"), "password"), 404, NotFound);
        Answer.Is(await _chat.LogoutAsync("never-seen"), 404, NotFound); // remembered
        Answer elsewhere = await _chat.SendAsync(HttpMethod.Post, "logout", _chat.Admin, "carol", """{"sessionId":"x"}""",
            userAgent: "curl/8");
        Assert.Equal("totp-required", (string?)elsewhere.Json["errorType"]);
    }

    [Fact]
    public async Task Own_calls_need_no_second_factor()
    {
        await _chat.EnrolPasswordAsync("alice", "pass");
        string token = await _chat.SeeAsync("alice", "s");
        Assert.Equal(200, (await _chat.SendAsync(HttpMethod.Get, "info?sessionId=s", token, "alice")).Status);
        Assert.Equal(200, (await _chat.SendAsync(HttpMethod.Post, "logout.me", token, "alice", """{"sessionId":"s"}""")).Status);
    }

    [Fact]
    public async Task Codes_by_mail_are_asked_for_sent_counted_and_accepted()
    {
        await _chat.EnrolEmailAsync("carol");
        await _chat.SeeAsync("alice", "s");
        Answer.Is(await _chat.LogoutAsync("s"), 400,
            """{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{"method":"email","codeGenerated":true,"emailOrUsername":"carol@example.org","availableMethods":["email"]}}""");
        string code = _chat.Mail.LastCode(), wrong = code == "111111" ? "222222" : "111111";
        Answer again = await _chat.LogoutAsync("s");
        string expires = (string)again.Json["details"]!["codeExpires"]!;
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$", expires);
        Assert.InRange(DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(3500),
            TimeSpan.FromSeconds(3601));
        string details =
            "\"details\":{\"method\":\"email\",\"codeGenerated\":false,\"emailOrUsername\":\"carol@example.org\",\"codeExpires\":\""
                + expires + "\",\"availableMethods\":[\"email\"]}}";
        Answer.Is(again, 400, "{\"success\":false,\"error\":\"TOTP Required [totp-required]\",\"errorType\":\"totp-required\"," + details);
        for (int i = 0; i < 5; i++)
            Answer.Is(await _chat.LogoutAsync("s", wrong, "email"), 400,
                "{\"success\":false,\"error\":\"TOTP Invalid [totp-invalid]\",\"errorType\":\"totp-invalid\"," + details);
        Answer.Is(await _chat.LogoutAsync("s", code, "email"), 400,
            """{"success":false,"error":"TOTP Maximun Failed Attempts Reached [totp-max-attempts]","errorType":"totp-max-attempts","details":{"method":"email","codeGenerated":false,"emailOrUsername":"carol@example.org","availableMethods":["email"]}}""");
        Assert.True((bool)(await _chat.LogoutAsync("s")).Json["details"]!["codeGenerated"]!);
        Answer.Is(await _chat.LogoutAsync("s", Codes.Grouped(_chat.Mail.LastCode()), "email"), 200, """{"sessionId":"s","success":true}""");
        Assert.Equal(2, _chat.Mail.Mails.Count);
        Assert.DoesNotContain(code, _chat.Gateway.Log.Text);
    }

    [Fact]
    public async Task A_method_named_but_not_enrolled_cannot_verify()
    {
        Answer.Is(await _chat.LogoutAsync("x", null, "totp"), 400,
            """{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{"method":"totp","codeGenerated":false,"availableMethods":[]}}""");
        Answer.Is(await _chat.LogoutAsync("x", "123456", "totp"), 400,
            """{"success":false,"error":"TOTP Invalid [totp-invalid]","errorType":"totp-invalid","details":{"method":"totp","codeGenerated":false,"availableMethods":[]}}""");
        Answer.Is(await _chat.LogoutAsync("x", "123456", "email"), 400,
            """{"success":false,"error":"TOTP Invalid [totp-invalid]","errorType":"totp-invalid","details":{"method":"email","codeGenerated":false,"emailOrUsername":"carol","availableMethods":[]}}""");
        Answer.Is(await _chat.LogoutAsync("x", "123456", "sms"), 404, NotFound);
    }

    [Fact]
    public async Task An_enrolled_authenticator_answers_for_password_too()
    {
        await _chat.EnrolPasswordAsync("carol", "pass");
        Enrolment enrolment = _chat.Gateway.Get<Enrolment>();
        AuthenticatorApp app = AuthenticatorApp.Scan(await enrolment.BeginTotpAsync(new("main", "carol"), default));
        await enrolment.ConfirmTotpAsync(new("main", "carol"), app.Code(DateTimeOffset.UtcNow), default);
        Answer.Is(await _chat.LogoutAsync("x", Codes.PasswordDigest("pass"), "password"), 400,
            """{"success":false,"error":"TOTP Invalid [totp-invalid]","errorType":"totp-invalid","details":{"method":"totp","codeGenerated":false,"availableMethods":["totp"]}}""");
        Answer.Is(await _chat.LogoutAsync("x", app.Code(DateTimeOffset.UtcNow, later: 1).Insert(3, " "), "password"), 404, NotFound);
    }

    // ---- lists

    [Fact]
    public async Task A_session_is_told_in_the_vendors_form()
    {
        string token = await _chat.SeeAsync("alice", "alices-session");
        string host = new Uri(_chat.Gateway.Url).Authority;
        Answer list = await _chat.SendAsync(HttpMethod.Get, "list", token, "alice");
        string loginAt = (string)list.Json["sessions"]![0]!["loginAt"]!;
        string members =
            "\"_id\":\"alices-session\",\"sessionId\":\"alices-session\",\"userId\":\"alice\",\"device\":{\"type\":\"browser\",\"name\":\"Chrome\",\"longVersion\":\"124.0.6367.91\",\"version\":\"124.0.6367\",\"os\":{\"name\":\"Linux\",\"version\":\"\"}},\"host\":\"" + host + "\",\"ip\":\"127.0.0.1\",\"loginAt\":\"" + loginAt + "\"";
        const string user = ",\"_user\":{\"name\":\"alice\",\"username\":\"alice\"}";
        Answer.Is(list, 200, "{\"sessions\":[{" + members + "}],\"count\":50,\"offset\":0,\"total\":1,\"success\":true}");
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "info?sessionId=alices-session", token, "alice"), 200,
            "{" + members + ",\"success\":true}");
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "info.admin?sessionId=alices-session", _chat.Admin, "carol"), 200,
            "{" + members + user + ",\"success\":true}");
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "list.all?filter=ALICES-", _chat.Admin, "carol"), 200,
            "{\"sessions\":[{" + members + user + "}],\"count\":50,\"offset\":0,\"total\":1,\"success\":true}");
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$", loginAt);
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "info?sessionId=alices-session", _chat.Admin, "carol"), 404, NotFound);
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "info.admin?sessionId=alices-sess", _chat.Admin, "carol"), 404, NotFound);
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "info.admin?sessionId=.*", _chat.Admin, "carol"), 404, NotFound);
    }

    [Fact]
    public async Task Lists_page_sort_and_filter_and_count_echoes_what_was_asked_for()
    {
        foreach ((string user, string session) in ((string, string)[])[("alice", "a1"), ("alice", "a2"), ("bob", "b1"), ("bob", "b2"),
            ("dave", "d1")]) await _chat.SeeAsync(user, session);
        async Task<(string Ids, int Count, int Offset, int Total)> AllAsync(string query)
        {
            JsonNode list = (await _chat.SendAsync(HttpMethod.Get, "list.all?" + query, _chat.Admin, "carol")).Json;
            return (string.Join(' ', list["sessions"]!.AsArray().Select(session => (string)session!["sessionId"]!)), (int)list["count"]!,
                (int)list["offset"]!, (int)list["total"]!);
        }
        Assert.Equal(("a1 a2 b1 b2 carols-session d1", 50, 0, 6), await AllAsync("""sort={"_user.name":1}"""));
        Assert.Equal(("d1 carols-session b1", 3, 0, 6), await AllAsync("""sort={"_user.username":-1}&count=3"""));
        Assert.Equal(("d1", 4, 5, 6), await AllAsync("""sort={"_user.username":1}&count=4&offset=5"""));
        Assert.Equal(("", 100, 50, 6), await AllAsync("count=1000&offset=50"));
        Assert.Equal(("b1 b2", 50, 0, 2), await AllAsync("""filter=BOB&sort={"_user.name":1}"""));
        Assert.Equal(("", 50, 0, 0), await AllAsync("filter=.*"));
        Assert.Equal(6,
            (await AllAsync(
                """filter=linux&sort={"device.name":1,"device.os.name":-1,"device.os.version":1,"loginAt":1}&offset=&count=""")).Total);
        Assert.Equal(50, (await AllAsync("count=0")).Count);
        Assert.Equal(0, (await AllAsync("offset=-3")).Offset);
    }

    [Fact]
    public async Task What_has_ended_is_not_listed_but_can_be_looked_at_by_its_owner()
    {
        string token = await _chat.SeeAsync("alice", "stays");
        await _chat.SeeAsync("alice", "ends");
        Assert.Equal(2, (int)(await _chat.SendAsync(HttpMethod.Get, "list", token, "alice")).Json["total"]!);
        Assert.Equal(200, (await _chat.LogoutAsync("ends")).Status);
        Answer list = await _chat.SendAsync(HttpMethod.Get, "list", token, "alice");
        Assert.Equal(("stays", 1), ((string)list.Json["sessions"]!.AsArray().Single()!["sessionId"]!, (int)list.Json["total"]!));
        Assert.Equal(200, (await _chat.SendAsync(HttpMethod.Get, "info?sessionId=ends", token, "alice")).Status);
        Answer.Is(await _chat.SendAsync(HttpMethod.Get, "info.admin?sessionId=ends", _chat.Admin, "carol"), 404, NotFound);
    }

    [Fact]
    public async Task Other_methods_are_the_applications()
    {
        Assert.False((await _chat.SendAsync(HttpMethod.Get, "logout", _chat.Admin, "carol")).Headers.ContainsKey("Gateway-Revocation"));
        Answer post = await _chat.SendAsync(HttpMethod.Post, "list", _chat.Admin, "carol", "{}");
        Assert.DoesNotContain("\"sessions\"", post.Body);
    }
}
