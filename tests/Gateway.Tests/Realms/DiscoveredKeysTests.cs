using System.Net;
using System.Text.Json.Nodes;
using Gateway.Realms;

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
        await using TestIssuer issuer = await new TestIssuer().StartAsync();
        using RealmsUnderTest room = Room(issuer);
        Assert.NotNull(room.Realms.States().Single().NotReady);
        Assert.Equal("s", (await room.ResolveAsync(issuer.Token(session: "s"))).Identity!.SessionId);
        Assert.Null(room.Realms.States().Single().NotReady);
        Assert.Equal(1, issuer.KeyFetches);
    }

    [Fact]
    public async Task A_new_key_is_found_by_the_token_that_names_it_and_ends_what_old_keys_proved()
    {
        ManualTime time = new();
        await using TestIssuer issuer = new() { Time = time };
        await issuer.StartAsync();
        using RealmsUnderTest room = Room(issuer, time);
        string old = issuer.Token();
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(old)).Failure);
        issuer.Rotate();
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(old)).Failure);
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(issuer.Token())).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(old)).Failure);
    }

    [Fact]
    public async Task A_flood_of_unknown_key_names_asks_the_provider_once()
    {
        ManualTime time = new();
        await using TestIssuer issuer = new() { Time = time };
        await issuer.StartAsync();
        using RealmsUnderTest room = Room(issuer, time);
        await room.ResolveAsync(issuer.Token());
        int before = issuer.KeyFetches;
        time.Advance(TimeSpan.FromSeconds(31));
        TestKey thief = new("RS256", "x");
        TokenResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(
                n => room.ResolveAsync(issuer.Token(header: new JsonObject { ["kid"] = "junk" + n }, key: thief))));
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
        TokenResult result = await room.ResolveAsync(token);
        Assert.Equal(TokenFailure.Unavailable, result.Failure);
        Assert.Equal("s1", result.Claimed!.SessionId);
        Assert.Contains(issuer.Url, room.Realms.States().Single().NotReady);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync("junk")).Failure);
        Assert.Equal(TokenFailure.Invalid,
            (await room.ResolveAsync(issuer.Token(change: claims => claims["iss"] = "https://other.example"))).Failure);
        await issuer.StartAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(token)).Failure);
    }

    [Fact]
    public async Task Keys_stay_in_force_while_the_provider_is_away()
    {
        ManualTime time = new();
        await using TestIssuer issuer = new() { Time = time };
        await issuer.StartAsync();
        using RealmsUnderTest room = Room(issuer, time);
        await room.ResolveAsync(issuer.Token());
        await issuer.StopAsync();
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(header: new JsonObject { ["kid"] = "unknown" }))).Failure);
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(issuer.Token())).Failure);
        Assert.Null(room.Realms.States().Single().NotReady);
    }

    [Fact]
    public async Task The_last_known_keys_survive_a_restart_without_the_provider()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = await new TestIssuer().StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer, discovery: true).Route(("Session", "Required")));
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/x", issuer.Token())).StatusCode);
        await Eventually.TrueAsync(() => gateway.Get<KeptDocuments>().Read("keys main") is not null);
        await issuer.StopAsync();
        await gateway.RestartAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/x", issuer.Token())).StatusCode);
    }

    [Fact]
    public async Task Without_provider_and_keys_the_gateway_starts_and_answers_503_with_retry_after()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend, issuer, discovery: true));
        string token = issuer.Token("alice", "s1");
        using HttpResponseMessage answer = await gateway.GetAsync("/x", token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.True(gateway.Log.Contains("cannot be asked for keys"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/x")).StatusCode);

        // Reading rule 10: revoked is revoked, also while nobody can verify.
        await gateway.RevokeSessionAsync("s1");
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/x", token)).StatusCode);
        await issuer.StartAsync();
        await Eventually.TrueAsync(async () => (await gateway.GetAsync("/x", issuer.Token("alice", "s2"))).StatusCode == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/x", token)).StatusCode);
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
        Task upkeep = room.Realms.All[0].Tokens.UpkeepAsync(stop.Token);
        string old = issuer.Token();
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(old)).Failure);
        await File.WriteAllTextAsync(file, "{ broken");
        time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => room.Realms.All[0].Jwt!.Keys.Trouble is not null);
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(old)).Failure);
        issuer.Rotate("ES256");
        await File.WriteAllTextAsync(file, issuer.Jwks());
        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            return (await room.ResolveAsync(issuer.Token())).Failure == TokenFailure.None;
        });
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(old)).Failure);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upkeep);
    }
}
