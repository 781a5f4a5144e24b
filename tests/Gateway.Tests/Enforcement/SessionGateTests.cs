using Gateway.Credentials;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Tests.Realms;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Enforcement;

public sealed class SessionGateTests
{
    private static readonly TestIssuer One = new("https://one.example");
    private static readonly TestIssuer Two = new("https://two.example", key: new TestKey("ES256"));

    private static DefaultHttpContext With(params (string Name, string Value)[] headers)
    {
        DefaultHttpContext context = new();
        context.Request.Method = "GET";
        context.Request.Path = "/api/things";
        foreach ((string name, string value) in headers) context.Request.Headers.Append(name, value);
        return context;
    }

    private static void Revoke(RealmsUnderTest room, Target target) => room.Index.Apply(new Fact.Revocation
    {
        Id = Guid.NewGuid(), At = room.Time.GetUtcNow(), Expires = room.Time.GetUtcNow().AddDays(1), Actor = "test", Target = target,
    });

    [Fact]
    public async Task Realms_that_share_a_place_are_told_apart_by_issuer()
    {
        using RealmsUnderTest room = new(new()
        {
            ["one"] = RealmsUnderTest.Jwt(One, null, RealmsUnderTest.Bearer),
            ["two"] = RealmsUnderTest.Jwt(Two, null, RealmsUnderTest.Bearer),
            ["keys"] = new() { Credentials = [RealmsUnderTest.Bearer], Opaque = new() },
        });
        for (int again = 0; again < 2; again++)
        {
            Assert.Equal("one", (await room.ReadAsync(With(("Authorization", "Bearer " + One.Token())))).Identities[0].Realm);
            Assert.Equal("two", (await room.ReadAsync(With(("Authorization", "Bearer " + Two.Token())))).Identities[0].Realm);
            Assert.Equal("keys", (await room.ReadAsync(With(("Authorization", "Bearer some-key")))).Identities[0].Realm);
        }
        string[] parts = One.Token().Split('.');
        foreach (string odd in (string[])[parts[0] + "." + parts[1] + ".", parts[0] + "=." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + "." + parts[2] + ".x.y", parts[0] + "%2E" + parts[1] + "%2E" + parts[2]])
            Assert.Equal(401, (await room.ReadAsync(With(("Authorization", "Bearer " + odd)))).Refusal!.Status);
    }

    [Fact]
    public async Task A_realm_whose_issuer_is_not_known_yet_leaves_its_tokens_to_nobody_else()
    {
        await using TestIssuer away = new();
        using RealmsUnderTest room = new(new()
        {
            ["away"] = new() { Credentials = [RealmsUnderTest.Bearer],
                Jwt = new() { MetadataAddress = away.Url + "/.well-known/openid-configuration", Audience = "app" } },
            ["keys"] = new() { Credentials = [RealmsUnderTest.Bearer], Opaque = new() },
        });
        Assert.Equal(503, (await room.ReadAsync(With(("Authorization", "Bearer " + away.Token())))).Refusal!.Status);
        Assert.Null((await room.ReadAsync(With(("Authorization", "Bearer some-key")))).Refusal);
        await away.StartAsync();
        await room.Realms.ProbeAsync(default);
        Assert.Equal("away", (await room.ReadAsync(With(("Authorization", "Bearer " + away.Token())))).Identities[0].Realm);
    }

    [Fact]
    public async Task Rule_11_a_cut_off_on_either_client_refuses()
    {
        using RealmsUnderTest room = RealmsUnderTest.With(One);
        string token = One.Token(change: claims => { claims["azp"] = "a"; claims["client_id"] = "b"; });
        Revoke(room, new Target.Client("main", "b"));
        Resolution resolution = await room.ReadAsync(With(("Authorization", "Bearer " + token)));
        Assert.True(room.Index.IsRevoked(resolution.Identities[0]));
    }

    [Theory]
    [InlineData("a+b/c=="), InlineData("a%2Bb%2Fc%3D%3D"), InlineData("a%2bb%2fc%3d%3d"), InlineData("a%252Bb%252Fc%253D%253D"),
        InlineData("%61+b/c==")]
    public async Task Rule_13_an_opaque_token_is_revoked_in_every_spelling(string spelling)
    {
        using RealmsUnderTest room = new(new() { ["keys"] = new() { Credentials = [new() { Cookie = "sid" }], Opaque = new() } });
        foreach (string revoked in (string[])["a+b/c==", "a%2Bb%2Fc%3D%3D", "a%2bb%2fc%3d%3d"])
        {
            Resolution before = await room.ReadAsync(With(("Cookie", "sid=" + spelling)));
            Assert.Null(before.Refusal);
            RevocationIndex index = new(TimeSpan.Zero);
            index.Apply(new Fact.Revocation { Id = Guid.NewGuid(), At = DateTimeOffset.UnixEpoch, Expires = DateTimeOffset.MaxValue,
                Actor = "test", Target = new Target.Token("keys", Fingerprint.Of(revoked)) });
            Assert.Contains(before.Identities, index.IsRevoked);
        }
        Assert.Single((await room.ReadAsync(With(("Cookie", "sid=plain-key_1.2")))).Identities);
    }

    [Fact]
    public async Task A_twin_identity_is_not_met_by_a_cut_off_that_its_token_came_after()
    {
        using RealmsUnderTest room = RealmsUnderTest.With(Two);
        Revoke(room, new Target.Realm("main", DateTimeOffset.UnixEpoch.AddYears(30)));
        Resolution resolution = await room.ReadAsync(With(("Authorization", "Bearer " + Two.Token())));
        Assert.Equal(2, resolution.Identities.Count);
        Assert.DoesNotContain(resolution.Identities, room.Index.IsRevoked);
    }

    [Fact]
    public async Task Rule_1_basic_passes_beside_opaque_tokens_unless_it_holds_a_revoked_one()
    {
        using RealmsUnderTest room = new(new() { ["keys"] = new() { Credentials = [RealmsUnderTest.Bearer], Opaque = new() } });
        string basic = "Basic " + Convert.ToBase64String("oauth2:key-1"u8);
        Assert.Null((await room.ReadAsync(With(("Authorization", basic)), SessionPolicy.Optional)).Refusal);
        Revoke(room, new Target.Token("keys", Fingerprint.Of("key-1")));
        Assert.Equal(401, (await room.ReadAsync(With(("Authorization", basic)), SessionPolicy.Optional)).Refusal!.Status);
        Assert.Equal(401, (await room.ReadAsync(With(("Authorization", "Token key-1")), SessionPolicy.Optional)).Refusal!.Status);
        Assert.Equal(401, (await room.ReadAsync(With(("Authorization", "key-1")), SessionPolicy.Optional)).Refusal!.Status);
        Assert.Empty((await room.ReadAsync(With(("Authorization", "Token key-2")), SessionPolicy.Optional)).Identities);
    }

    [Fact]
    public async Task A_companion_sent_twice_is_refused_unless_equal()
    {
        using RealmsUnderTest room = new(new()
        {
            ["app"] = new() { Credentials = [new() { Header = "X-Auth-Token" }],
                Lookup = new() { Url = "http://127.0.0.1:9/", SessionId = "/id", Headers = ["X-User-Id"] } },
        });
        Assert.Equal(400, (await room.ReadAsync(With(("X-Auth-Token", "t"), ("X-User-Id", "a"), ("X-User-Id", "b")))).Refusal!.Status);
        Assert.Equal(503, (await room.ReadAsync(With(("X-Auth-Token", "t"), ("X-User-Id", "a")))).Refusal!.Status);
    }

    [Fact]
    public async Task What_nobody_can_tell_the_session_of_makes_the_token_beside_it_none()
    {
        using RealmsUnderTest room = RealmsUnderTest.With(One);
        string good = One.Token();
        Assert.Null((await room.ReadAsync(With(("Cookie", $"access_token={good} x=1")))).Refusal);
        // Its signature is no base64 any more; a reader that does not look at it finds a session.
        Assert.Equal(401, (await room.ReadAsync(With(("Cookie", $"access_token={good} xaccess_token={One.Token()}eyJ")))).Refusal!.Status);
    }

    [Fact]
    public async Task An_ordinary_request_is_read_at_once_and_without_allocation()
    {
        using RealmsUnderTest room = new(
            new() { ["main"] = RealmsUnderTest.Jwt(One),
                ["two"] = RealmsUnderTest.Jwt(Two, null, RealmsUnderTest.Bearer, RealmsUnderTest.Cookie) });
        DefaultHttpContext context = With(("Authorization", "Bearer " + One.Token()), ("Cookie", "theme=dark; lang=en"), ("Accept", "*/*"));
        context.Request.QueryString = new QueryString("?page=2&sort=name");
        ReadingPlan plan = room.Plan();
        for (int warm = 0; warm < 50; warm++) Assert.True((await room.Gate.IdentifyAsync(context, plan)).IsGood);
        // Code that the runtime has not optimised yet boxes what the optimised does not; on a busy machine that takes its time.
        await Eventually.TrueAsync(() => Allocated.By(1000,
            () => Assert.True(room.Gate.IdentifyAsync(context, plan).IsCompletedSuccessfully)) < 1000);
    }
}
