using System.Text;
using System.Text.Json.Nodes;
using Gateway.Realms;
using Gateway.Realms.Jwt;

namespace Gateway.Tests.Realms;

public sealed class JwtTokensTests
{
    [Theory]
    [InlineData("RS256"), InlineData("RS384"), InlineData("RS512"), InlineData("PS256"), InlineData("PS384"), InlineData("PS512")]
    [InlineData("ES256"), InlineData("ES384"), InlineData("ES512")]
    public async Task Takes_every_default_algorithm(string algorithm)
    {
        TestIssuer issuer = new("https://idp.example", key: new TestKey(algorithm));
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        TokenResult result = await room.ResolveAsync(issuer.Token("alice", "s1"));
        Assert.Equal(TokenFailure.None, result.Failure);
        Assert.Equal("s1", result.Identity!.SessionId);
        Assert.Equal("alice", result.Identity.Subject);
        Assert.NotNull(result.Identity.TokenId);
        Assert.NotNull(result.Identity.Fingerprint);
        Assert.NotNull(result.Identity.AuthenticatedAt);
    }

    [Fact]
    public async Task Takes_a_shared_secret_only_where_it_is_configured()
    {
        TestIssuer issuer = new("https://idp.example", key: new TestKey("HS256"));
        using RealmsUnderTest closed = RealmsUnderTest.With(issuer);
        using RealmsUnderTest open = RealmsUnderTest.With(issuer, change: jwt => jwt with { Algorithms = ["HS256"] });
        Assert.Equal(TokenFailure.Invalid, (await closed.ResolveAsync(issuer.Token())).Failure);
        Assert.Equal(TokenFailure.None, (await open.ResolveAsync(issuer.Token())).Failure);
    }

    [Theory]
    [InlineData("none"), InlineData("None"), InlineData("RS1"), InlineData("HS256"), InlineData("rs256"), InlineData("")]
    public async Task Refuses_other_algorithms(string algorithm)
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(header: new JsonObject { ["alg"] = algorithm }))).Failure);
    }

    [Fact]
    public async Task Never_takes_a_public_key_for_a_secret()
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer, change: jwt => jwt with { Algorithms = ["RS256", "HS256"] });
        string[] parts = issuer.Token(header: new JsonObject { ["alg"] = "HS256" }).Split('.');
        byte[] secret = Encoding.UTF8.GetBytes(issuer.Jwks());
        byte[] mac = System.Security.Cryptography.HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]));
        string forged = $"{parts[0]}.{parts[1]}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}";
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(forged)).Failure);
    }

    [Theory]
    [InlineData(1024, true), InlineData(1025, false)]
    public async Task Refuses_ids_that_no_revocation_could_name(int bytes, bool taken)
    {
        TokenFailure expected = taken ? TokenFailure.None : TokenFailure.Invalid;
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        Assert.Equal(expected, (await room.ResolveAsync(issuer.Token("alice", new string('s', bytes)))).Failure);
        Assert.Equal(expected, (await room.ResolveAsync(issuer.Token(new string('u', bytes), "s1"))).Failure);
    }

    [Fact]
    public async Task Refuses_another_issuer_audience_and_key()
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        Assert.Equal(TokenFailure.Invalid,
            (await room.ResolveAsync(issuer.Token(change: claims => claims["iss"] = "https://idp.example/"))).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(change: claims => claims.Remove("iss")))).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(change: claims => claims["aud"] = "APP"))).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(change: claims => claims.Remove("aud")))).Failure);
        Assert.Equal(TokenFailure.None,
            (await room.ResolveAsync(issuer.Token(change: claims => claims["aud"] = new JsonArray("other", "app")))).Failure);
        TestKey thief = new("RS256", issuer.Key.Kid);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(key: thief))).Failure);
    }

    [Fact]
    public async Task Lifetime_counts_by_the_gateways_clock_with_the_configured_skew()
    {
        ManualTime time = new();
        TestIssuer issuer = new("https://idp.example") { Time = time };
        using RealmsUnderTest room = RealmsUnderTest.With(issuer, time, jwt => jwt with { ClockSkew = TimeSpan.FromSeconds(30) });
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        string token = issuer.Token(change: claims => { claims["nbf"] = now; claims["exp"] = now + 60; });
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(token)).Failure);
        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(token)).Failure);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(token)).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(change: claims => claims["nbf"] = now + 200))).Failure);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(change: claims => claims.Remove("exp")))).Failure);
    }

    [Theory]
    [InlineData(2147483648), InlineData(4294967296), InlineData(253370764800)]
    [InlineData(2147483648.5), InlineData(4102444800.999)]
    public async Task Instants_after_2038_are_read_as_they_stand(double seconds)
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        TokenResult result = await room.ResolveAsync(issuer.Token(change: claims => claims["exp"] = seconds));
        Assert.Equal(TokenFailure.None, result.Failure);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000)), result.Identity!.ExpiresAt);
    }

    [Theory]
    [InlineData("4102444800"), InlineData("4.1024448e9"), InlineData("41024448E+2"), InlineData("4102444800.0")]
    public async Task An_instant_is_taken_in_any_spelling_of_the_number(string exp)
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        string header = new JsonObject { ["alg"] = issuer.Key.Algorithm, ["kid"] = issuer.Key.Kid }.ToJsonString();
        TokenResult result = await room.ResolveAsync(
            issuer.Key.Sign(header, $$"""{"iss":"https://idp.example","aud":"app","sid":"s1","exp":{{exp}}}"""));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(4102444800), result.Identity?.ExpiresAt);
    }

    [Fact]
    public async Task Lifetime_counts_after_2038_as_before()
    {
        ManualTime time = new(new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        TestIssuer issuer = new("https://idp.example") { Time = time };
        using RealmsUnderTest room = RealmsUnderTest.With(issuer, time, jwt => jwt with { ClockSkew = TimeSpan.Zero });
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        async Task<TokenFailure> AskAsync(long notBefore, long expires)
            => (await room.ResolveAsync(issuer.Token(change: claims => { claims["nbf"] = notBefore; claims["exp"] = expires; }))).Failure;

        Assert.Equal(TokenFailure.None, await AskAsync(now, now + 1));
        Assert.Equal(TokenFailure.Invalid, await AskAsync(now - 60, now));
        Assert.Equal(TokenFailure.Invalid, await AskAsync(now + 1, now + 60));
    }

    [Theory]
    [InlineData(253402300800), InlineData(9e18), InlineData(1e300), InlineData(-1)]
    public async Task Instants_outside_the_calendar_are_refused(double seconds)
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(issuer.Token(change: claims => claims["exp"] = seconds))).Failure);
    }

    [Theory]
    [InlineData("2024-02-29T12:34:56Z"), InlineData("2024-02-29T12:34:56.7890123+02:00"), InlineData("2024-02-29"),
        InlineData("02/29/2024"), InlineData("29 Feb 2024"), InlineData("12:34"), InlineData("9999-12-31T23:59:59.9999999Z")]
    [InlineData("42"), InlineData("4.20"), InlineData("1e3"), InlineData("true"), InlineData("null"), InlineData("{}"), InlineData("[1]")]
    public async Task Ids_that_look_like_something_else_stay_what_they_are(string id)
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        TokenResult result = await room.ResolveAsync(issuer.Token(id, id, claims => { claims["jti"] = id; claims["azp"] = id; }));
        Assert.Equal((id, id, id, id),
            (result.Identity?.SessionId, result.Identity?.Subject, result.Identity?.TokenId, result.Identity?.Client));
        Assert.Equal(TokenFailure.None, result.Failure);

        using RealmsUnderTest named = RealmsUnderTest.With(issuer, change: jwt => jwt with { SessionIdClaims = ["session"] });
        Assert.Equal(id, (await named.ResolveAsync(issuer.Token(change: claims => claims["session"] = id))).Identity?.SessionId);
    }

    [Fact]
    public async Task A_remembered_token_is_answered_at_once_and_by_the_same_identity()
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        await room.ResolveAsync(issuer.Token());
        string token = issuer.Token();
        TokenResult first = await room.ResolveAsync(token);
        ValueTask<TokenResult> again = room.Tokens.ResolveAsync("main", token, new Microsoft.AspNetCore.Http.HeaderDictionary(), default);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(first.Identity, (await again).Identity);
    }

    [Theory]
    [InlineData("ES256"), InlineData("ES384"), InlineData("ES512")]
    public async Task The_twin_of_an_ecdsa_signature_goes_by_both_fingerprints(string algorithm)
    {
        TestIssuer issuer = new("https://idp.example", key: new TestKey(algorithm));
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        string token = issuer.Token(change: claims => claims.Remove("jti"));
        string twin = EcdsaTwin.Of(token, algorithm)!;
        Assert.NotEqual(token, twin);
        TokenResult result = await room.ResolveAsync(twin);
        Assert.Equal(TokenFailure.None, result.Failure);
        Assert.Contains(result.Identities, identity => identity.Fingerprint == Fingerprint.Of(token));
        Assert.Contains(result.Identities, identity => identity.Fingerprint == Fingerprint.Of(twin));
    }

    [Fact]
    public async Task Both_clients_of_a_token_are_in_the_identity()
    {
        TestIssuer issuer = new("https://idp.example");
        using RealmsUnderTest room = RealmsUnderTest.With(issuer);
        TokenResult result = await room.ResolveAsync(issuer.Token(change: claims =>
        {
            claims["azp"] = "one";
            claims["client_id"] = "two";
        }));
        Assert.Equal("one", result.Identity!.Client);
        Assert.Equal("two", result.Identity.SecondClient);
        result = await room.ResolveAsync(issuer.Token(change: claims => claims["client_id"] = "two"));
        Assert.Equal("two", result.Identity!.Client);
    }

    [Fact]
    public async Task A_signature_is_checked_when_its_turn_comes()
    {
        TestIssuer issuer = new("https://idp.example");
        RealmOptions options = RealmsUnderTest.Jwt(issuer);
        using RealmsUnderTest room = new(new() { ["main"] = options });
        SignatureGate gate = new(cores: 2);
        JwtTokens tokens = new("main", options.Jwt!, new Grants(options.Permissions), new Lineage(options.Lineage),
            room.Realms.Find("main")!.Jwt!.Keys, room.Time, gate);
        Presented presented = new(issuer.Token(), new CredentialLocation(CredentialLocationKind.Header, "Authorization", "Bearer"), []);
        Assert.True(await gate.EnterAsync());
        Task<Verification> waiting = tokens.VerifyAsync(presented).AsTask();
        Assert.False(waiting.IsCompleted);
        gate.Leave();
        Assert.Equal(TokenFailure.None, (await waiting).Result.Failure);
        // What was entered was left, too.
        Assert.True(tokens.VerifyAsync(presented).IsCompletedSuccessfully);
    }
}
