using System.Net;
using System.Text.Json.Nodes;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Tests.Realms;

/// <summary>Rule R20: a provider whose clock is ahead gives no session a life beyond a cut-off.</summary>
public sealed class FirstVerifiedTests
{
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("subject", "alice"), InlineData("everything", null)]
    public async Task A_cut_off_ends_a_session_whose_provider_is_ahead_and_its_refreshed_tokens(string target, string? id)
    {
        ShiftedTime time = new(), ahead = new() { Shift = Ahead };
        await using TestIssuer issuer = new() { Time = ahead };
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("Session", "Required")), time);
        string token = issuer.Token("alice", "old");
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/", token)).StatusCode);

        await gateway.RevokeAsync(new JsonObject { [target] = id is null ? true : id });
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/", token)).StatusCode);

        (time.Shift, ahead.Shift) = (TimeSpan.FromSeconds(5), Ahead + TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/", issuer.Token("alice", "old"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/", issuer.Token("alice", "new"))).StatusCode);
    }

    [Fact]
    public void A_session_never_becomes_younger_whichever_token_shows_it()
    {
        FirstVerified first = new();
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddSeconds(1000);
        Assert.Equal(1000, Second(first, "s", claimed: 1020, now));
        Assert.Equal(1000, Second(first, "s", claimed: 1200, now.AddSeconds(190)));
        Assert.Equal(1190, Second(first, "t", claimed: 1200, now.AddSeconds(190)));
        Assert.Equal(900, Second(first, "s", claimed: 900, now.AddSeconds(200)));
        Assert.Equal(900, Second(first, "s", claimed: 1000, now.AddSeconds(200)));
    }

    [Fact]
    public void What_is_verified_goes_on_being_known_and_the_longest_unseen_is_forgotten()
    {
        FirstVerified first = new(capacity: 10);
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddSeconds(1000);
        Second(first, "kept", 1000, now);
        Second(first, "gone", 1000, now);
        for (int i = 0; i < 50; i++)
        {
            Second(first, "other" + i, 1000, now);
            Assert.Equal(1000, Second(first, "kept", 2000, now.AddSeconds(1000)));
        }
        Assert.Equal(2000, Second(first, "gone", 2000, now.AddSeconds(1000)));
    }

    [Fact]
    public void Every_spelling_and_the_registry_count_alike()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddSeconds(1000), claimed = now + Ahead;
        SessionIdentity identity = new("main", "s", "alice", fingerprint: "f", issuedAt: claimed), twin = identity.Alias("g");
        new FirstVerified().Note(TokenResult.Of(identity, twin), now);
        Assert.Equal((1000, 1000, 1000), (identity.AuthenticatedSecond, twin.AuthenticatedSecond, identity.Alias("h").AuthenticatedSecond));
        SeenSession seen = new() { Realm = "main", Id = "s", FirstSeen = now, LastSeen = now, AuthenticatedAt = claimed };
        Assert.Equal(1000, seen.ToIdentity().AuthenticatedSecond);
    }

    private static long? Second(FirstVerified first, string session, long claimed, DateTimeOffset now)
    {
        SessionIdentity identity = new("main", session, authenticatedAt: DateTimeOffset.FromUnixTimeSeconds(claimed));
        first.Note(TokenResult.Of(identity), now);
        return identity.AuthenticatedSecond;
    }
}
