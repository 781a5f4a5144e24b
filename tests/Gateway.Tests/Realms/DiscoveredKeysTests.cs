using System.Net;
using System.Text.Json.Nodes;
using Gateway.Realms;
using Gateway.Tests.Support;

namespace Gateway.Tests.Realms;

public sealed class DiscoveredKeysTests
{
    private static RealmsUnderTest Room(TestIssuer issuer, TimeProvider? time = null) => new(new()
    {
        ["main"] = new()
        {
            Credentials = [RealmsUnderTest.Bearer],
            Jwt = new() { Authority = issuer.Url, Audience = issuer.Audience, RefreshAtMostEvery = TimeSpan.FromSeconds(30) },
        },
    }, time);

    [Fact]
    public async Task Keys_come_from_the_discovery_document()
    {
        await using TestIssuer issuer = await new TestIssuer().Start();
        using RealmsUnderTest room = Room(issuer);
        Assert.NotNull(room.Realms.States().Single().NotReady);
        Assert.Equal("s", (await room.Resolve(issuer.Token(session: "s"))).Identity!.SessionId);
        Assert.Null(room.Realms.States().Single().NotReady);
        Assert.Equal(1, issuer.KeyFetches);
    }

    [Fact]
    public async Task A_new_key_is_found_by_the_token_that_names_it_and_ends_what_old_keys_proved()
    {
        ManualTime time = new();
        await using TestIssuer issuer = new() { Time = time };
        await issuer.Start();
        using RealmsUnderTest room = Room(issuer, time);
        string old = issuer.Token();
        Assert.Equal(TokenFailure.None, (await room.Resolve(old)).Failure);
        issuer.Rotate();
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(TokenFailure.None, (await room.Resolve(old)).Failure);
        Assert.Equal(TokenFailure.None, (await room.Resolve(issuer.Token())).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.Resolve(old)).Failure);
    }

    [Fact]
    public async Task A_flood_of_unknown_key_names_asks_the_provider_once()
    {
        ManualTime time = new();
        await using TestIssuer issuer = new() { Time = time };
        await issuer.Start();
        using RealmsUnderTest room = Room(issuer, time);
        await room.Resolve(issuer.Token());
        int before = issuer.KeyFetches;
        time.Advance(TimeSpan.FromSeconds(31));
        TestKey thief = new("RS256", "x");
        TokenResult[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => room.Resolve(issuer.Token(header: new JsonObject { ["kid"] = "junk" + n }, key: thief))));
        Assert.All(results, result => Assert.Equal(TokenFailure.Invalid, result.Failure));
        Assert.Equal(before + 1, issuer.KeyFetches);
    }

    [Fact]
    public async Task Without_any_keys_nobody_can_tell_and_when_the_provider_is_back_all_is_well()
    {
        ManualTime time = new();
        await using TestIssuer issuer = new() { Time = time };
        using RealmsUnderTest room = Room(issuer, time);
        string token = issuer.Token("alice", "s1");
        TokenResult result = await room.Resolve(token);
        Assert.Equal(TokenFailure.Unavailable, result.Failure);
        Assert.Equal("s1", result.Claimed!.SessionId);
        Assert.Contains(issuer.Url, room.Realms.States().Single().NotReady);
        Assert.Equal(TokenFailure.Invalid, (await room.Resolve("junk")).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.Resolve(issuer.Token(change: claims => claims["iss"] = "https://other.example"))).Failure);
        await issuer.Start();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TokenFailure.None, (await room.Resolve(token)).Failure);
    }

    [Fact]
    public async Task Keys_stay_in_force_while_the_provider_is_away()
    {
        ManualTime time = new();
        await using TestIssuer issuer = new() { Time = time };
        await issuer.Start();
        using RealmsUnderTest room = Room(issuer, time);
        await room.Resolve(issuer.Token());
        await issuer.Stop();
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(TokenFailure.Invalid, (await room.Resolve(issuer.Token(header: new JsonObject { ["kid"] = "unknown" }))).Failure);
        Assert.Equal(TokenFailure.None, (await room.Resolve(issuer.Token())).Failure);
        Assert.Null(room.Realms.States().Single().NotReady);
    }

    [Fact]
    public async Task The_last_known_keys_survive_a_restart_without_the_provider()
    {
        await using TestBackend backend = await TestBackend.Start();
        await using TestIssuer issuer = await new TestIssuer().Start();
        await using InProcessGateway gateway = await InProcessGateway.Start(GatewaySettings.For(backend, issuer, discovery: true).Route(("Session", "Required")));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Get("/x", issuer.Token())).StatusCode);
        await Eventually.True(() => gateway.Get<KeptDocuments>().Read("keys main") is not null);
        await issuer.Stop();
        await gateway.Restart();
        Assert.Equal(HttpStatusCode.OK, (await gateway.Get("/x", issuer.Token())).StatusCode);
    }

    [Fact]
    public async Task Without_provider_and_keys_the_gateway_starts_and_answers_503_with_retry_after()
    {
        await using TestBackend backend = await TestBackend.Start();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.Start(GatewaySettings.For(backend, issuer, discovery: true));
        string token = issuer.Token("alice", "s1");
        using HttpResponseMessage answer = await gateway.Get("/x", token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.True(gateway.Log.Contains("cannot be asked for keys"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Get("/x")).StatusCode);

        // Reading rule 10: revoked is revoked, also while nobody can verify.
        await gateway.RevokeSession("s1");
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Get("/x", token)).StatusCode);
        await issuer.Start();
        await Eventually.True(async () => (await gateway.Get("/x", issuer.Token("alice", "s2"))).StatusCode == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Get("/x", token)).StatusCode);
    }

    [Fact]
    public async Task A_changed_key_file_is_read_again()
    {
        TestIssuer issuer = new("https://idp.example", key: new TestKey("ES256"));
        string file = RealmsUnderTest.KeyFile(issuer);
        ManualTime time = new();
        issuer.Time = time;
        using RealmsUnderTest room = RealmsUnderTest.With(issuer, time, jwt => jwt with { JwksFile = file });
        using CancellationTokenSource stop = new();
        Task upkeep = room.Realms.All[0].Tokens.Upkeep(stop.Token);
        string old = issuer.Token();
        Assert.Equal(TokenFailure.None, (await room.Resolve(old)).Failure);
        await File.WriteAllTextAsync(file, "{ broken");
        time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.True(() => room.Realms.All[0].Jwt!.Keys.Trouble is not null);
        Assert.Equal(TokenFailure.None, (await room.Resolve(old)).Failure);
        issuer.Rotate("ES256");
        await File.WriteAllTextAsync(file, issuer.Jwks());
        await Eventually.True(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            return (await room.Resolve(issuer.Token())).Failure == TokenFailure.None;
        });
        Assert.Equal(TokenFailure.Invalid, (await room.Resolve(old)).Failure);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upkeep);
    }
}
