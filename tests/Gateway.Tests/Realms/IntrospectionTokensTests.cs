using System.Text;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Realms;

public sealed class IntrospectionTokensTests
{
    private static RealmsUnderTest Room(string url, TimeProvider? time = null) => new(new()
    {
        ["main"] = new()
        {
            Credentials = [RealmsUnderTest.Bearer],
            Introspection = new() { Url = url, ClientId = "gate way", ClientSecret = "s:ecret" },
            Permissions = new() { Grants = new() { ["admin"] = ["session.delete"] } },
        },
    }, time);

    [Fact]
    public async Task Asks_as_rfc_7662_says_and_reads_the_claims()
    {
        string? authorization = null, body = null;
        await using TestApplication server = await TestApplication.StartAsync(async context =>
        {
            authorization = context.Request.Headers.Authorization;
            body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.Response.WriteAsync(
                """{"active":true,"sid":"s","jti":"j","sub":"alice","client_id":"c","iat":1700000000,"exp":4102444800,"scope":"read admin"}""");
        });
        using RealmsUnderTest room = Room(server.Url);
        SessionIdentity identity = (await room.ResolveAsync("token+1")).Identity!;
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("gate%20way:s%3Aecret")), authorization);
        Assert.Equal("token=token%2B1&token_type_hint=access_token", body);
        Assert.Equal(("s", "j", "alice", "c"), (identity.SessionId, identity.TokenId, identity.Subject, identity.Client));
        Assert.Equal(["session.delete"], identity.Permissions);
        Assert.Equal(1700000000, identity.AuthenticatedSecond);
        Assert.NotNull(identity.Fingerprint);
    }

    [Theory]
    [InlineData("""{"active":false}""", 200, 1), InlineData("""{"active":"true","sid":"s"}""", 200, 1),
        InlineData("""{"sid":"s"}""", 200, 1), InlineData("""{"active":true,"sid":""}""", 200, 1),
        InlineData("""{"active":true,"sid":5,"jti":"j"}""", 200, 1)]
    [InlineData("""{"active":true,"sid":"s","exp":5}""", 200, 1), InlineData("""{"active":true,"sid":"s","nbf":4102444800}""", 200, 1),
        InlineData("nonsense", 200, 2), InlineData("", 500, 2), InlineData("", 401, 2), InlineData("", 429, 2)]
    [InlineData("", 400, 1), InlineData("""{"error":"invalid_request"}""", 400, 1), InlineData("""{"error":"invalid_client"}""", 400, 2),
        InlineData("""{"error":"unauthorized_client"}""", 400, 2), InlineData("""{"error":"invalid_client"}""", 401, 2)]
    [InlineData("""{"active":true,"jti":"j"}""", 200, 0), InlineData("""{"active":true}""", 200, 0)]
    public async Task Reads_answers_strictly(string answer, int status, int failure)
    {
        await using TestApplication server = await TestApplication.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(answer);
        });
        using RealmsUnderTest room = Room(server.Url);
        Assert.Equal((TokenFailure)failure, (await room.ResolveAsync("token")).Failure);
        Assert.Null(room.Realms.States().Single().NotReady);
        Assert.Equal(failure == 2, (await room.Realms.ProbeAsync(default)).Single().NotReady is not null);
        if (failure != 2) return;
        using CancellationTokenSource stop = new();
        Task upkeep = room.Realms.All[0].Tokens.UpkeepAsync(stop.Token);
        if (status is 500 or 401 or 400) await Eventually.TrueAsync(() => room.Realms.States().Single().NotReady is not null);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upkeep);
    }

    [Fact]
    public async Task A_nested_session_id_is_read()
    {
        await using TestApplication server = await TestApplication.StartAsync(context => context.Response.WriteAsync(
            """{"active":true,"sub":"alice","ext":{"sid":"nested"},"scope":"read admin"}"""));
        using RealmsUnderTest room = new(new()
        {
            ["main"] = new()
            {
                Credentials = [RealmsUnderTest.Bearer], Introspection = new() { Url = server.Url, SessionIdClaims = ["/ext/sid"] },
            },
        });
        Assert.Equal("nested", (await room.ResolveAsync("token")).Identity!.SessionId);
    }

    [Fact]
    public async Task A_good_answer_never_outlives_the_token()
    {
        ManualTime time = new();
        long expires = time.GetUtcNow().ToUnixTimeSeconds() + 10;
        await using TestApplication server = await TestApplication.StartAsync(
            context => context.Response.WriteAsync($$"""{"active":true,"sid":"s","exp":{{expires}}}"""));
        using RealmsUnderTest room = Room(server.Url, time);
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync("token")).Failure);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync("token")).Failure);
        Assert.Equal(2, server.Asked);
    }
}
