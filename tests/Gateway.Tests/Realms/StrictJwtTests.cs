using System.Text.Json.Nodes;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Tests.Realms;

/// <summary>Reading rules 8 and 9: signed by the provider, and refused all the same.</summary>
public sealed class StrictJwtTests
{
    private const string Header = """{"alg":"RS256","kid":"shared","typ":"JWT"}""";

    private static readonly TestIssuer Issuer = new("https://idp.example");

    private static string Payload(string members) => $$"""{"iss":"https://idp.example","aud":"app","exp":4102444800,"iat":1,{{members}}}""";

    private static async Task<TokenResult> ResolveAsync(string header, string payload, params string[] sessionClaims)
    {
        using RealmsUnderTest room = RealmsUnderTest.With(Issuer, change: jwt => jwt with { SessionIdClaims = [.. sessionClaims] });
        return await room.ResolveAsync(Issuer.Key.Sign(header, payload));
    }

    [Theory]
    [InlineData("""  "sid":"a" """, "a"), InlineData("""  "sid":"\u0061" """, "a"), InlineData("""  "sid":"ä€😀" """, "ä€😀"),
        InlineData("""  "session_state":"b" """, "b"), InlineData("""  "jti":"c" """, "c")]
    public async Task Reads_the_session_id(string members, string session)
        => Assert.Equal(session, (await ResolveAsync(Header, Payload(members))).Identity!.SessionId);

    [Theory]
    [InlineData("""  "sid":"a","sid":"b" """), InlineData("""  "sid":"a","s\u0069d":"b" """), InlineData("""  "s\u0069d":"b" """),
        InlineData("""  "SID":"a" """), InlineData("""  "Sid":"a","sid":"b" """)]
    [InlineData("""  "\u017fid":"a" """), InlineData("""  " sid":"a" """), InlineData("""  "sid\u0000":"a" """),
        InlineData("""  "sid":"a","x":{"y":1,"y":2} """), InlineData("""  "sid":"a","x":[{"y":1,"\u0079":2}] """)]
    [InlineData("""  "sid":"\ud800" """), InlineData("""  "sid":"a","x":"\udc00" """), InlineData("""  "sid":"a","\ud800":1 """),
        InlineData("""  "sid":"a","Sub":"x" """), InlineData("""  "sid":"a","JTI":"x" """)]
    [InlineData("""  "sid":"a","sub":1 """), InlineData("""  "sid":"a","azp":["x"] """),
        InlineData("""  "sid":"a","client_id":{} """), InlineData("""  "sid":"a","auth_time":"1" """),
        InlineData("""  "sid":"a","auth_time":"2026-01-31T12:00:00" """),
        InlineData("""  "sid":"a","nbf":"1" """)]
    [InlineData("""  "sid":"a","auth_time":-1 """), InlineData("""  "sid":"a","auth_time":1e300 """)]
    [InlineData("""  "sid":"a", """), InlineData("""  "sid":"a" /* */ """), InlineData("""  'sid':'a' """), InlineData("""  sid:"a" """)]
    public async Task Rule_8_refuses_claims_that_read_in_two_ways(string members)
        => Assert.Equal(TokenFailure.Invalid, (await ResolveAsync(Header, Payload(members))).Failure);

    [Fact]
    public async Task What_no_realm_asks_for_may_be_of_any_type()
        => Assert.Equal("a", (await ResolveAsync("{\"alg\":\"RS256\",\"kid\":\"shared\",\"signer\":1,\"Signer\":2}",
            Payload("\"sid\":\"a\",\"tid\":7,\"Tid\":8"))).Identity!.SessionId);

    [Theory]
    [InlineData(""" "sid":"" """), InlineData(""" "sid":5 """), InlineData(""" "sid":["a"] """),
        InlineData(""" "sid":{} """), InlineData(""" "sid":true """)]
    public async Task Rule_9_the_first_session_claim_counts_and_no_other(string claim)
        => Assert.Equal(TokenFailure.Invalid,
            (await ResolveAsync(Header, Payload(claim + ",\"session_state\":\"b\",\"jti\":\"c\""))).Failure);

    [Theory]
    [InlineData("sid"), InlineData("sub"), InlineData("jti"), InlineData("azp"), InlineData("client_id"), InlineData("auth_time"),
        InlineData("nbf"), InlineData("tid"), InlineData("acr"), InlineData("typ"), InlineData("nonce"), InlineData("email")]
    public async Task Rule_8_null_is_absence_for_each(string claim)
    {
        TokenResult result = await ResolveAsync(Header, Payload($"\"session_state\":\"b\",\"{claim}\":null"));
        Assert.True(result.Failure == TokenFailure.None, $"{claim}: {result.Reason}");
    }

    [Fact]
    public async Task Rule_8_a_time_that_is_null_is_absent_and_the_signature_counts_all_the_same()
    {
        string payload = Payload("\"sid\":\"a\"").Replace("\"iat\":1", "\"iat\":null,\"nbf\":null", StringComparison.Ordinal);
        Assert.Equal("a", (await ResolveAsync(Header, payload)).Identity!.SessionId);
        using RealmsUnderTest room = RealmsUnderTest.With(Issuer);
        string token = Issuer.Key.Sign(Header, payload);
        int last = token.LastIndexOf('.') + 9;
        string forged = token[..last] + (token[last] == 'A' ? 'B' : 'A') + token[(last + 1)..];
        Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(forged)).Failure);
        using RealmsUnderTest other = RealmsUnderTest.With(new TestIssuer("https://idp.example", key: new TestKey("RS256", "shared")));
        Assert.Equal(TokenFailure.Invalid, (await other.ResolveAsync(token)).Failure);
    }

    [Fact]
    public async Task Rule_8_null_is_absence()
    {
        SessionIdentity identity = (await ResolveAsync(Header, Payload("""
            "sid":null,"session_state":"b","sub":null,"jti":null,"azp":null,"client_id":null,"auth_time":null,"nbf":null,"tid":null
            """))).Identity!;
        Assert.Equal(("b", null, null, null, null),
            (identity.SessionId, identity.Subject, identity.TokenId, identity.Client, identity.AuthenticatedAt));
        foreach (string absent in (string[])["iss", "aud", "exp"])
        {
            string payload = Payload("\"sid\":\"a\"").Replace($"\"{absent}\":", $"\"{absent}\":null,\"x{absent}\":");
            Assert.Equal(TokenFailure.Invalid, (await ResolveAsync(Header, payload)).Failure);
        }
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z"), InlineData("2026-01-31T13:00:00+01:00"), InlineData("2026-01-31T12:00:00.000Z")]
    public async Task An_auth_time_may_be_a_date(string written)
        => Assert.Equal(DateTimeOffset.Parse("2026-01-31T12:00:00Z"),
            (await ResolveAsync(Header, Payload($"\"sid\":\"a\",\"auth_time\":\"{written}\""))).Identity!.AuthenticatedAt);

    [Fact]
    public async Task Rule_9_the_order_is_the_configured_one()
    {
        Assert.Equal("c", (await ResolveAsync(Header, Payload("\"sid\":\"a\",\"jti\":\"c\""), "jti", "sid")).Identity!.SessionId);
        Assert.Equal("a", (await ResolveAsync(Header, Payload("\"sid\":\"a\",\"jti\":\"c\""), "x", "sid")).Identity!.SessionId);
        Assert.Null((await ResolveAsync(Header, Payload("\"sid\":\"a\""), "x")).Identity!.SessionId);
        Assert.Equal(TokenFailure.Invalid, (await ResolveAsync(Header, Payload("\"MySid\":\"a\""), "mysid")).Failure);
    }

    [Theory]
    [InlineData("\\ud800"), InlineData("\\udc00"), InlineData("a\\ud83d"), InlineData("\\ude00\\ud83d"),
        InlineData("\\ud83d\\ud83d\\ude00"), InlineData("\\uD83Dx\\uDE00")]
    public async Task Rule_8_refuses_half_a_surrogate_pair_in_any_claim(string half)
    {
        foreach (string claim in (string[])["sub", "jti", "sid", "azp", "client_id", "nonce"])
            Assert.Equal(TokenFailure.Invalid, (await ResolveAsync(Header, Payload($"\"{claim}\":\"{half}\""))).Failure);
        Assert.Equal(TokenFailure.Invalid,
            (await ResolveAsync(Header, $$"""{"iss":"https://idp.example","aud":["app","{{half}}"],"exp":4102444800}""")).Failure);
        Assert.Equal(TokenFailure.Invalid,
            (await ResolveAsync($$"""{"alg":"RS256","kid":"shared","x":"{{half}}"}""", Payload("\"sid\":\"a\""))).Failure);
    }

    [Fact]
    public async Task A_whole_surrogate_pair_is_one_character_however_it_is_written()
        => Assert.Equal("😀", (await ResolveAsync(Header, Payload("""  "sid":"\ud83d\uDE00" """))).Identity!.SessionId);

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"shared","crit":["b64"],"b64":false}"""),
        InlineData("""{"alg":"RS256","kid":"shared","crit":[]}"""), InlineData("""{"alg":"RS256","alg":"RS256","kid":"shared"}""")]
    [InlineData("""{"Alg":"RS256","kid":"shared"}"""), InlineData("""{"alg":"RS256","ALG":"none","kid":"shared"}"""),
        InlineData("""{"\u0061lg":"RS256","kid":"shared"}"""), InlineData("""{"alg":"RS256","kid":5}"""),
        InlineData("""{"alg":"RS256","kid":""}""")]
    [InlineData("""{"alg":"RS256","kid":"shared","zip":"DEF"}"""), InlineData("""{"alg":"RS256","kid":"shared","enc":"A128GCM"}"""),
        InlineData("""{"alg":["RS256"],"kid":"shared"}"""), InlineData("""["RS256"]"""), InlineData("""{"kid":"shared"}""")]
    [InlineData("""{"alg":"RS256","kid":"../../etc/passwd"}"""), InlineData("""{"alg":"RS256","kid":"shared","typ":"logout+jwt"}"""),
        InlineData("""{"alg":"RS256","kid":"shared","typ":"secevent+jwt"}"""), InlineData("""{"alg":"RS256","kid":"shared","typ":5}""")]
    public async Task Rule_8_refuses_odd_headers(string header)
        => Assert.Equal(TokenFailure.Invalid, (await ResolveAsync(header, Payload("\"sid\":\"a\""))).Failure);

    [Fact]
    public async Task Rule_8_never_follows_what_a_token_says_about_its_key()
    {
        await using TestIssuer thief = await new TestIssuer("https://idp.example", key: new TestKey("RS256", "thief")).StartAsync();
        using RealmsUnderTest room = RealmsUnderTest.With(Issuer);
        foreach (string pointer in (string[])["jku", "x5u"])
            Assert.Equal(TokenFailure.Invalid,
                (await room.ResolveAsync(thief.Token(header: new JsonObject { [pointer] = thief.Url + "/jwks" }))).Failure);
        Assert.Equal(TokenFailure.Invalid,
            (await room.ResolveAsync(thief.Token(header: new JsonObject { ["jwk"] = thief.Key.Jwk() }))).Failure);
        Assert.Equal(0, thief.KeyFetches);
    }

    [Fact]
    public async Task Rule_8_there_are_three_parts_in_one_spelling()
    {
        using RealmsUnderTest room = RealmsUnderTest.With(Issuer);
        string token = Issuer.Token();
        string[] parts = token.Split('.');
        string lastBits = parts[1][..^1] + (char)(parts[1][^1] + 1);
        string[] others =
        [
            token + ".", token + ".e30.e30", "." + token, parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".", token + "=",
            parts[0] + "=." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + "=." + parts[2], token + " ", token + "\n", token.Replace('-', '+').Replace('_', '/') + "+",
            parts[0] + "." + lastBits + "." + parts[2],
            token[..^1] + "A", token[..^1] + (char)(token[^1] == 'z' ? 'y' : token[^1] + 1), token.ToLowerInvariant(), new string('.', 4),
            "", "a.b.c", new string('a', 100_000) + "." + parts[1] + "." + parts[2],
        ];
        foreach (string other in others.Where(other => other != token))
            Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(other)).Failure);
        Assert.Equal(TokenFailure.None, (await room.ResolveAsync(token)).Failure);
    }

    [Fact]
    public async Task Rule_8_depth_is_bounded()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 5000)) + string.Concat(Enumerable.Repeat("]", 5000));
        Assert.Equal(TokenFailure.Invalid, (await ResolveAsync(Header, Payload("\"sid\":\"a\",\"x\":" + deep))).Failure);
        Assert.Equal(TokenFailure.None, (await ResolveAsync(Header, Payload("\"sid\":\"a\",\"x\":{\"y\":[{\"z\":1}]}"))).Failure);
    }

    [Fact]
    public async Task Rule_12_ids_are_exact_bytes()
    {
        string[] ids = ["a", "A", "a ", " a", "é", "e\u0301", "ａ", "a\u0000b"];
        HashSet<Gateway.Revocation.IndexKey> keys = [];
        foreach (string id in ids)
        {
            TokenResult result = await ResolveAsync(Header, Payload($"\"sid\":{JsonValue.Create(id).ToJsonString()}"));
            Assert.Equal(id, result.Identity!.SessionId);
            Assert.True(keys.Add(result.Identity.SessionKey));
        }
    }

    [Fact]
    public async Task No_changed_character_verifies()
    {
        using RealmsUnderTest room = RealmsUnderTest.With(Issuer);
        string token = Issuer.Token();
        Random random = new(8);
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.%, ";
        for (int round = 0; round < 400; round++)
        {
            char[] changed = token.ToCharArray();
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                changed[random.Next(changed.Length)] = alphabet[random.Next(alphabet.Length)];
            string other = new(changed);
            if (other != token) Assert.Equal(TokenFailure.Invalid, (await room.ResolveAsync(other)).Failure);
        }
    }
}
