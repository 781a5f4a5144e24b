using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Realms;

public sealed class LookupTokensTests
{
    private static readonly CredentialOptions Header = new() { Header = "X-Session-Token" };
    private static readonly CredentialOptions Cookie = new() { Cookie = "ory_kratos_session" };
    private static readonly CredentialOptions Query = new() { Query = "token" };

    private static RealmsUnderTest Room(string url, TimeProvider? time = null, Func<LookupOptions, LookupOptions>? change = null)
    {
        LookupOptions lookup = new() { Url = url, SessionId = "/id", Subject = "/identity/id", AuthenticatedAt = "/authenticated_at",
            ExpiresAt = "/expires_at", Permissions = "/roles" };
        return new(new()
        {
            ["app"] = new()
            {
                Credentials = [Header, Cookie, Query], Lookup = change?.Invoke(lookup) ?? lookup,
                Permissions = new() { Grants = new() { ["admin"] = ["session.delete"] } },
            },
        }, time);
    }

    private static Task WhoAmIAsync(HttpContext context)
    {
        string? token = context.Request.Headers["X-Session-Token"].FirstOrDefault() ?? context.Request.Cookies["ory_kratos_session"]
            ?? context.Request.Query["token"];
        if (token is null || !token.StartsWith("good", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }
        string user = context.Request.Headers["X-User-Id"].FirstOrDefault() ?? "alice";
        return context.Response.WriteAsync(
            $$"""{"id":"session-of-{{token}}","identity":{"id":"{{user}}"},"authenticated_at":"2026-01-01T00:00:00Z","expires_at":"2099-01-01T00:00:00Z","roles":["admin","other"]}""");
    }

    private static async Task<TokenResult> AtAsync(RealmsUnderTest room, int location, string token,
        params (string Name, string Value)[] headers)
    {
        HeaderDictionary companions = [];
        foreach ((string name, string value) in headers) companions[name] = value;
        return await room.Tokens.ResolveAsync(room.Realms.All[0], room.Realms.All[0].Locations[location], token, companions, default);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public async Task The_token_is_sent_on_in_its_place(int location)
    {
        await using TestApplication application = await TestApplication.StartAsync(WhoAmIAsync);
        using RealmsUnderTest room = Room(application.Url);
        TokenResult result = await AtAsync(room, location, "good-1");
        Assert.Equal("session-of-good-1", result.Identity!.SessionId);
        Assert.Equal("alice", result.Identity.Subject);
        Assert.Equal(2026, result.Identity.AuthenticatedAt!.Value.Year);
        Assert.Equal(["session.delete"], result.Identity.Permissions);
        Assert.Equal(TokenFailure.Invalid, (await AtAsync(room, location, "bad")).Failure);
    }

    [Fact]
    public async Task A_good_answer_stands_for_its_time_and_a_refusal_briefly()
    {
        ManualTime time = new();
        await using TestApplication application = await TestApplication.StartAsync(WhoAmIAsync);
        using RealmsUnderTest room = Room(application.Url, time);
        for (int n = 0; n < 5; n++) await AtAsync(room, 0, "good-1");
        for (int n = 0; n < 5; n++) await AtAsync(room, 0, "bad");
        Assert.Equal(2, application.Asked);
        time.Advance(TimeSpan.FromSeconds(6));
        await AtAsync(room, 0, "bad");
        await AtAsync(room, 0, "good-1");
        Assert.Equal(3, application.Asked);
        time.Advance(TimeSpan.FromSeconds(25));
        await AtAsync(room, 0, "good-1");
        Assert.Equal(4, application.Asked);
    }

    [Fact]
    public async Task Companions_are_part_of_the_question()
    {
        await using TestApplication application = await TestApplication.StartAsync(WhoAmIAsync);
        using RealmsUnderTest room = Room(application.Url, change: lookup => lookup with { Headers = ["X-User-Id"] });
        Assert.Equal("bob", (await AtAsync(room, 0, "good-1", ("X-User-Id", "bob"))).Identity!.Subject);
        Assert.Equal("eve", (await AtAsync(room, 0, "good-1", ("X-User-Id", "eve"))).Identity!.Subject);
        Assert.Equal("alice", (await AtAsync(room, 0, "good-1")).Identity!.Subject);
        Assert.Equal("bob", (await AtAsync(room, 0, "good-1", ("X-User-Id", "bob"))).Identity!.Subject);
        Assert.Equal(3, application.Asked);
    }

    [Fact]
    public async Task All_who_ask_at_the_same_time_share_one_question()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestApplication application = await TestApplication.StartAsync(async context =>
        {
            await gate.Task;
            await WhoAmIAsync(context);
        });
        using RealmsUnderTest room = Room(application.Url);
        using CancellationTokenSource gone = new();
        Task<TokenResult> first = room.Tokens.ResolveAsync(room.Realms.All[0], room.Realms.All[0].Locations[0], "good-1",
            new HeaderDictionary(), gone.Token).AsTask();
        Task<TokenResult>[] others = [.. Enumerable.Range(0, 50).Select(_ => AtAsync(room, 0, "good-1"))];
        await Eventually.TrueAsync(() => application.Asked == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.All(await Task.WhenAll(others).WithinAsync(), result => Assert.Equal(TokenFailure.None, result.Failure));
        Assert.Equal(1, application.Asked);
    }

    [Theory]
    [InlineData(400, 1, false), InlineData(401, 1, false), InlineData(403, 1, false), InlineData(404, 1, false), InlineData(302, 1, false),
        InlineData(500, 2, true), InlineData(503, 2, true), InlineData(429, 2, false), InlineData(301, 2, false)]
    public async Task A_status_is_about_the_token_or_about_the_application(int status, int failure, bool down)
    {
        await using TestApplication application = await TestApplication.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using RealmsUnderTest room = Room(application.Url);
        Assert.Equal((TokenFailure)failure, (await AtAsync(room, 0, "good")).Failure);
        // What one token gets says nothing of the application: that is what it answers to the gateway itself.
        using CancellationTokenSource stop = new();
        Task upkeep = room.Realms.All[0].Tokens.UpkeepAsync(stop.Token);
        if (down) await Eventually.TrueAsync(() => room.Realms.States().Single().NotReady is not null);
        else if (failure == 2) await Eventually.TrueAsync(() => application.Asked == 2);
        Assert.Equal(down, room.Realms.States().Single().NotReady is not null);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upkeep);
    }

    [Theory]
    [InlineData(400), InlineData(429), InlineData(500)]
    public async Task One_bad_token_makes_no_node_unready_and_others_pass(int status)
    {
        await using TestApplication application = await TestApplication.StartAsync(context =>
        {
            string token = context.Request.Headers["X-Session-Token"].ToString();
            context.Response.StatusCode = token == "bad" ? status : token.Length == 0 ? 401 : 200;
            return token == "bad" || token.Length == 0 ? Task.CompletedTask
                : context.Response.WriteAsync("""{"id":"a","identity":{"id":"b"}}""");
        });
        using RealmsUnderTest room = Room(application.Url);
        using CancellationTokenSource stop = new();
        Task upkeep = room.Realms.All[0].Tokens.UpkeepAsync(stop.Token);
        Assert.NotEqual(TokenFailure.None, (await AtAsync(room, 0, "bad")).Failure);
        if (status != 400) await Eventually.TrueAsync(() => application.Asked == 2);
        Assert.Null(room.Realms.States().Single().NotReady);
        Assert.Equal(TokenFailure.None, (await AtAsync(room, 0, "good")).Failure);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upkeep);
    }

    [Fact]
    public async Task A_flood_at_a_slow_application_makes_no_other_realm_wait()
    {
        TaskCompletionSource slow = new();
        await using TestApplication stuck = await TestApplication.StartAsync(_ => slow.Task);
        await using TestApplication quick = await TestApplication.StartAsync(
            context => context.Response.WriteAsync("""{"id":"a","identity":{"id":"b"}}"""));
        RealmOptions Realm(string url, string header) => new()
        {
            Credentials = [new() { Header = header }], Lookup = new() { Url = url, SessionId = "/id", Subject = "/identity/id" },
        };
        using RealmsUnderTest room = new(new() { ["stuck"] = Realm(stuck.Url, "X-A"), ["quick"] = Realm(quick.Url, "X-B") });
        Task<TokenResult>[] flood = [.. Enumerable.Range(0, 300).Select(n => room.ResolveAsync("unknown" + n, "stuck"))];
        await Eventually.TrueAsync(() => stuck.Asked >= 64);
        for (int n = 0; n < 70; n++) Assert.Equal(TokenFailure.None, (await room.ResolveAsync("good" + n, "quick").WithinAsync()).Failure);
        Assert.DoesNotContain(flood, asked => asked.IsCompleted);
        slow.SetResult();
        await Task.WhenAll(flood).WithinAsync();
    }

    [Fact]
    public async Task A_cookie_and_its_companion_are_sent_on_in_the_headers_that_the_application_reads()
    {
        string asked = "";
        await using TestApplication application = await TestApplication.StartAsync(context =>
        {
            asked = $"{context.Request.Headers["X-Auth-Token"]} {context.Request.Headers["X-User-Id"]} {context.Request.Headers.Cookie}";
            return context.Response.WriteAsync("""{"_id":"u1","success":true}""");
        });
        using RealmsUnderTest room = new(new()
        {
            ["main"] = new()
            {
                Credentials = [new() { Header = "X-Auth-Token" }, new() { Cookie = "rc_token" }],
                Lookup = new() { Url = application.Url, Subject = "/_id", TokenHeader = "X-Auth-Token", Headers = ["X-User-Id"],
                    Cookies = new() { ["rc_uid"] = "X-User-Id" } },
            },
        });
        HeaderDictionary cookies = new() { ["Cookie"] = "a=b; rc_uid=\"u1\"; rc_token=t1", ["X-User-Id"] = "u2" };
        SessionIdentity byCookie = (await room.Tokens.ResolveAsync(room.Realms.All[0], room.Realms.All[0].Locations[1], "t1", cookies,
            default)).Identity!;
        Assert.Equal("t1 u1 ", asked);
        Assert.Equal(("u1", Fingerprint.Of("t1")), (byCookie.Subject, byCookie.SessionId));
        SessionIdentity byHeader = (await room.Tokens.ResolveAsync(room.Realms.All[0], room.Realms.All[0].Locations[0], "t1",
            new HeaderDictionary { ["X-User-Id"] = "u1" }, default)).Identity!;
        Assert.Equal("t1 u1 ", asked);
        Assert.Equal(byCookie.SessionId, byHeader.SessionId);
    }

    [Theory]
    [InlineData("{}", 1), InlineData("""{"id":""}""", 1), InlineData("""{"id":null,"identity":{"id":"a"}}""", 1),
        InlineData("""{"id":"a"}""", 1), InlineData("""{"id":"a","identity":{"id":"b"},"expires_at":"2001-01-01T00:00:00Z"}""", 1)]
    [InlineData("<html>", 2), InlineData("[]", 2), InlineData("", 2), InlineData("""{"id":"a","id":"b","identity":{"id":"c"}}""", 2),
        InlineData("""{"id":5,"identity":{"id":7}}""", 0)]
    public async Task Answers_are_read_strictly(string body, int failure)
    {
        await using TestApplication application = await TestApplication.StartAsync(context => context.Response.WriteAsync(body));
        using RealmsUnderTest room = Room(application.Url);
        Assert.Equal((TokenFailure)failure, (await AtAsync(room, 0, "good")).Failure);
    }

    [Fact]
    public async Task An_application_that_is_away_makes_it_unavailable_and_not_for_long()
    {
        ManualTime time = new();
        await using TestApplication application = await TestApplication.StartAsync(WhoAmIAsync);
        using RealmsUnderTest room = Room(application.Url, time);
        await application.StopAsync();
        TokenResult result = await AtAsync(room, 0, "good-1");
        Assert.Equal(TokenFailure.Unavailable, result.Failure);
        Assert.Equal(Fingerprint.Of("good-1"), result.Claimed!.Fingerprint);
        Assert.Contains("cannot be reached", (await room.Realms.ProbeAsync(default)).Single().NotReady);
        await application.RestartAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TokenFailure.None, (await AtAsync(room, 0, "good-1")).Failure);
        Assert.Null(room.Realms.States().Single().NotReady);
    }

    [Fact]
    public async Task An_application_that_is_back_is_found_back_without_traffic()
    {
        ManualTime time = new();
        await using TestApplication application = await TestApplication.StartAsync(WhoAmIAsync);
        using RealmsUnderTest room = Room(application.Url, time);
        using CancellationTokenSource stop = new();
        Task upkeep = room.Realms.All[0].Tokens.UpkeepAsync(stop.Token);
        await application.StopAsync();
        await AtAsync(room, 0, "good-1");
        await Eventually.TrueAsync(() => room.Realms.States().Single().NotReady is not null);
        await application.RestartAsync();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            return room.Realms.States().Single().NotReady is null;
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upkeep);
    }

    [Theory]
    [InlineData("gööd"), InlineData("good\r\nX: y"), InlineData("good 1"), InlineData("good;x"), InlineData("")]
    public async Task A_token_that_no_header_could_carry_is_not_asked_about(string token)
    {
        await using TestApplication application = await TestApplication.StartAsync(WhoAmIAsync);
        using RealmsUnderTest room = Room(application.Url);
        Assert.Equal(TokenFailure.Invalid, (await AtAsync(room, 0, token)).Failure);
        Assert.Equal(0, application.Asked);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_or_does_not_end_is_cut()
    {
        await using TestApplication application = await TestApplication.StartAsync(async context =>
        {
            if (context.Request.Headers["X-Session-Token"] == "good-slow") await Task.Delay(Timeout.Infinite, context.RequestAborted);
            byte[] piece = new byte[64 * 1024];
            while (true) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        });
        using RealmsUnderTest room = Room(application.Url, change: lookup => lookup with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(TokenFailure.Unavailable, (await AtAsync(room, 0, "good-slow").WithinAsync()).Failure);
        Assert.Equal(TokenFailure.Unavailable, (await AtAsync(room, 0, "good-endless").WithinAsync()).Failure);
    }
}
