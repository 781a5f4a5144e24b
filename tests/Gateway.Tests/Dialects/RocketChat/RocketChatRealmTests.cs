using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Dialects.RocketChat;

public sealed class RocketChatRealmTests
{
    // What Rocket.Chat's own GET /api/v1/me would tell, for opaque tokens of the form user.session.role.
    private static async Task<bool> WhoAmIAsync(HttpContext context)
    {
        if (context.Request.Path != "/api/v1/me") return false;
        string[] parts = context.Request.Headers["X-Auth-Token"].ToString().Split('.');
        if (parts is not [var user, var session, var role] || context.Request.Headers["X-User-Id"] != user)
        {
            context.Response.StatusCode = 401;
            return true;
        }
        await context.Response.WriteAsJsonAsync(new JsonObject { ["_id"] = user, ["session"] = session, ["roles"] = new JsonArray(role) });
        return true;
    }

    private static void Lookup(JsonObject settings, string backend)
    {
        settings.Set("Gateway:Realms:main", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Auth-Token" }),
            ["Lookup"] = new JsonObject
            {
                ["Url"] = backend + "api/v1/me", ["SessionId"] = "/session", ["Subject"] = "/_id", ["Permissions"] = "/roles",
                ["Headers"] = new JsonArray("X-User-Id"),
            },
            ["Permissions"] = new JsonObject { ["Grants"] = new JsonObject { ["admin"] = new JsonArray("logout-device-management") } },
        });
    }

    [Fact]
    public async Task Opaque_tokens_do_where_the_application_knows_them()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync(
            settings => Lookup(settings, (string)settings["ReverseProxy"]!["Clusters"]!["app"]!["Destinations"]!["one"]!["Address"]!));
        chat.Backend.Answer = WhoAmIAsync;
        Assert.Equal(200, (await chat.SendAsync(HttpMethod.Get, "list", "alice.phone.user", "alice")).Status);
        Assert.Equal(401, (await chat.SendAsync(HttpMethod.Get, "list", "alice.phone.user", "bob")).Status);
        Assert.Equal(401, (await chat.SendAsync(HttpMethod.Get, "list", "nonsense", "alice")).Status);
        Assert.Equal(403,
            (await chat.SendAsync(HttpMethod.Post, "logout", "alice.phone.user", "alice", """{"sessionId":"phone"}""")).Status);
        Answer answer = await chat.SendAsync(HttpMethod.Post, "logout", "carol.desk.admin", "carol", """{"sessionId":"phone"}""");
        Assert.Equal((200, """{"sessionId":"phone","success":true}"""), (answer.Status, answer.Body));
        Assert.Equal(401, (await chat.SendAsync(HttpMethod.Get, "list", "alice.phone.user", "alice")).Status);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_503_and_never_401()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync(
            settings => Lookup(settings, $"http://127.0.0.1:{FreePort.Take()}/"));
        Answer answer = await chat.SendAsync(HttpMethod.Get, "list", "alice.phone.user", "alice");
        Assert.Equal((503, "error-service-unavailable"), (answer.Status, (string?)answer.Json["errorType"]));
    }

    [Fact]
    public async Task The_application_is_told_where_that_is_asked_for()
    {
        await using RocketChatFixture chat = await RocketChatFixture.StartAsync(
            settings => settings.Set("Gateway:Dialects:RocketChat:Then", "Forward"));
        await chat.SeeAsync("alice", "phone");
        string? received = null;
        chat.Backend.Answer = async context =>
        {
            if (context.Request.Path != "/api/v1/sessions/logout") return false;
            received = await new StreamReader(context.Request.Body).ReadToEndAsync();
            return true;
        };
        Assert.Equal(404, (await chat.LogoutAsync("unknown")).Status);
        Assert.Equal(200, (await chat.LogoutAsync("phone")).Status);
        await Eventually.TrueAsync(() => received is not null, what: "the application is told");
        Assert.Equal("""{"sessionId":"phone"}""", received);
        RecordedRequest call = Assert.Single(chat.Backend.Requests, request => request.Method == "POST");
        Assert.Equal(("carol", chat.Admin), (call["X-User-Id"], call["X-Auth-Token"]));
    }
}
