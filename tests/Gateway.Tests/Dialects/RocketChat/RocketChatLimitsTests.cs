using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Cluster;
using Gateway.Store;
using Gateway.Store.Sqlite;
using Gateway.TwoFactor;

namespace Gateway.Tests.Dialects.RocketChat;

public sealed class RocketChatLimitsTests
{
    [Fact]
    public async Task The_eleventh_call_in_a_minute_is_one_too_many()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync(
            settings => settings["Gateway"]!["Dialects"]!["RocketChat"]!.AsObject().Remove("RateLimit"));
        for (int i = 1; i <= 10; i++)
        {
            Answer answer = await chat.LogoutAsync("x");
            Assert.Equal(404, answer.Status);
            Assert.Equal(("10", (10 - i).ToString(CultureInfo.InvariantCulture)),
                (answer.Headers["X-RateLimit-Limit"], answer.Headers["X-RateLimit-Remaining"]));
        }
        Answer over = await chat.LogoutAsync("x");
        Assert.Equal(429, over.Status);
        Assert.Equal(("10", "0"), (over.Headers["X-RateLimit-Limit"], over.Headers["X-RateLimit-Remaining"]));
        long wait = long.Parse(over.Headers["X-RateLimit-Reset"],
            CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.InRange(wait, 1, 60_000);
        Assert.Matches(
            """^\{"success":false,"error":"Error, too many requests\. Please slow down\. You must wait [0-9]{1,2} seconds before trying this endpoint again\. \[error-too-many-requests\]"\}$""", over.Body);
        Assert.False(over.Headers.ContainsKey("Retry-After"));

        // Another route has its own count; whoever is not let in is not counted; a missing parameter is.
        Assert.Equal(200, (await chat.SendAsync(HttpMethod.Get, "list", chat.Admin, "carol")).Status);
        Answer stranger = await chat.SendAsync(HttpMethod.Post, "logout", "nonsense", "carol", "{}");
        Assert.Equal(401, stranger.Status);
        Assert.False(stranger.Headers.ContainsKey("X-RateLimit-Limit"));
        Answer forbidden = await chat.SendAsync(HttpMethod.Post, "logout", chat.Token("alice", "s"), "alice", "{}");
        Assert.Equal(403, forbidden.Status);
    }

    [Fact]
    public async Task There_is_no_budget_for_more_that_have_ended_already()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync(settings =>
            settings.Set("Gateway:Limits:CallerFactsPerMinute", 1).Set("Gateway:TwoFactor:Enabled", false));
        foreach (string session in (string[])["a", "b"]) await chat.SeeAsync("alice", session);
        await chat.Gateway.RevokeAsync(new() { ["subject"] = "alice" });
        Assert.Equal(200, (await chat.LogoutAsync("a")).Status);
        Assert.Equal(200, (await chat.LogoutAsync("a")).Status);
        Answer over = await chat.LogoutAsync("b");
        Assert.Equal(429, over.Status);
        Assert.Matches(
            """^\{"success":false,"error":"Error, too many requests\. Please slow down\. You must wait [0-9]{1,2} seconds before trying this endpoint again\. \[error-too-many-requests\]"\}$""", over.Body);
        await chat.SeeAsync("bob", "c");
        Assert.Equal(200, (await chat.LogoutAsync("c")).Status);
    }

    [Fact]
    public async Task The_count_begins_anew_and_a_permission_exempts()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync(settings =>
        {
            settings.Set("Gateway:Dialects:RocketChat:RateLimit:Calls", 2);
            settings.Set("Gateway:Dialects:RocketChat:RateLimit:Per", "00:00:20");
            settings.Set("Gateway:Realms:main:Permissions:Grants:bot", new JsonArray("api-bypass-rate-limit"));
        });
        string token = chat.Token("alice", "s");
        foreach (int expected in (int[])[200, 200, 429])
            Assert.Equal(expected, (await chat.SendAsync(HttpMethod.Get, "list", token, "alice")).Status);
        string bot = chat.TokenWith("robot", "r", "bot");
        for (int i = 0; i < 5; i++)
        {
            Answer answer = await chat.SendAsync(HttpMethod.Get, "list", bot, "robot");
            Assert.Equal(200, answer.Status);
            Assert.False(answer.Headers.ContainsKey("X-RateLimit-Limit"));
        }
    }

    [Fact]
    public async Task A_log_that_takes_nothing_is_503_and_changes_nothing()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync();
        string token = await chat.SeeAsync("alice", "s");
        Assert.Equal(404, (await chat.LogoutAsync("x")).Status);
        chat.Gateway.Get<SqliteDatabase>().Dispose(); // from here on it refuses to write
        Answer answer = await chat.LogoutAsync("s");
        Assert.Equal((503,
            """{"success":false,"error":"Service unavailable, nothing was changed. Try again. [error-service-unavailable]","errorType":"error-service-unavailable"}"""), (answer.Status, answer.Body));
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.False(answer.Headers.ContainsKey("Gateway-Revocation"));
        Assert.Equal(200, (await chat.SendAsync(HttpMethod.Get, "list", token, "alice")).Status);
    }

    [Fact]
    public async Task A_stale_node_says_so_in_the_vendors_form()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync();
        await chat.SeeAsync("alice", "s");
        chat.Gateway.Get<Lease>().Revoke();
        Answer answer = await chat.LogoutAsync("s");
        Assert.Equal(503, answer.Status);
        Assert.StartsWith("""{"success":false,""", answer.Body);
    }

    [Fact]
    public async Task Mail_that_cannot_be_sent_is_503_and_nobody_passes()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync();
        await chat.EnrolEmailAsync("carol");
        await chat.SeeAsync("alice", "s");
        chat.Mail.Answer = word => word == "MAIL" ? "550 no\r\n" : null;
        Answer answer = await chat.LogoutAsync("s");
        Assert.Equal((503,
            """{"success":false,"error":"The code could not be sent by e-mail. Try again later. [error-email-send-failed]","errorType":"error-email-send-failed"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Who_ended_what_and_who_guessed_wrong_is_in_the_audit()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync();
        await chat.EnrolPasswordAsync("carol", "pass");
        await chat.SeeAsync("alice", "s");
        await chat.LogoutAsync("s", Codes.PasswordDigest("wrong"), "password");
        await chat.LogoutAsync("s", Codes.PasswordDigest("pass"), "password");
        IReadOnlyList<AuditEntry> audit = await chat.Gateway.Get<AuditLog>().ListAsync(null, 10, default);
        Assert.Equal(["revoke done rocket.chat:carol", "second factor refused rocket.chat:carol"],
            audit.Select(entry => $"{entry.Action} {entry.Outcome} {entry.Actor}"));
        Assert.Equal(("session main/s", "127.0.0.1", "password"), (audit[0].Target, audit[1].Address, audit[1].Detail));
    }

    [Fact]
    public async Task A_dialect_that_is_off_or_for_another_host_is_not_spoken()
    {
        await using RocketChatFixture off = await RocketChatFixture.StartAsync(
            settings => settings.Set("Gateway:Dialects:RocketChat:Enabled", false));
        Assert.DoesNotContain("You must be logged in", (await off.SendAsync(HttpMethod.Get, "list", null, null)).Body);
        await using RocketChatFixture elsewhere = await RocketChatFixture.StartAsync(
            settings => settings.Set("Gateway:Dialects:RocketChat:Hosts", new JsonArray("chat.example")));
        Assert.DoesNotContain("You must be logged in", (await elsewhere.SendAsync(HttpMethod.Get, "list", null, null)).Body);
    }
}
