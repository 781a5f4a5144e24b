using Gateway.Realms.Jwt;

namespace Gateway.Tests.Realms;

/// <summary>One odd entry of a key set spoils no other.</summary>
public sealed class KeyEntriesTests
{
    private static readonly TestIssuer Issuer = new("https://idp.example");

    [Theory]
    [InlineData("null"), InlineData("5"), InlineData("[]"), InlineData("{}"), InlineData("\"x\"")]
    [InlineData("""{"kty":"oct","k":5}"""), InlineData("""{"kty":"oct"}"""), InlineData("""{"kty":"oct","k":"not base64 !"}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":5}"""), InlineData("""{"kty":"RSA","n":"%%%","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-999","x":"AA","y":"AA"}"""), InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [InlineData("""{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}"""), InlineData("""{"kty":["RSA"]}"""), InlineData("""{"kty":null}""")]
    [InlineData("""{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"}""")]
    public void An_odd_entry_is_passed_over_with_a_word(string odd)
    {
        string good = Issuer.Key.Jwk().ToJsonString();
        foreach (string set in (string[])[$"[{odd},{good}]", $"[{good},{odd}]", $"[{odd},{good},{odd}]"])
        {
            KeyEntries entries = KeyEntries.Read($"{{\"keys\":{set}}}");
            Assert.Equal("shared", Assert.Single(entries.Keys).KeyId);
            Assert.NotEmpty(entries.Passed);
        }
    }

    [Theory]
    [InlineData("x5c", "\"MII\""), InlineData("x5c", "[5]"), InlineData("key_ops", "\"verify\""), InlineData("key_ops", "5"),
        InlineData("x5t", "{}"), InlineData("alg", "null"), InlineData("exp", "\"soon\""), InlineData("oth", "true")]
    public void An_odd_member_beside_a_good_key_is_not_looked_at(string member, string value)
    {
        string entry = Issuer.Key.Jwk().ToJsonString()[..^1] + $",\"{member}\":{value}}}";
        if (member == "alg") entry = entry.Replace("\"alg\":\"RS256\",", "", StringComparison.Ordinal);
        KeyEntries entries = KeyEntries.Read($"{{\"keys\":[{entry}]}}");
        Assert.Single(entries.Keys);
        Assert.Empty(entries.Passed);
    }

    [Theory]
    [InlineData(20), InlineData(100_000)]
    public void Neither_does_one_that_is_nested_deeply(int depth)
    {
        string nested = new string('[', depth) + new string(']', depth), good = Issuer.Key.Jwk().ToJsonString();
        foreach (string odd in (string[])[nested, $"{{\"kty\":{nested}}}"])
        {
            KeyEntries entries = KeyEntries.Read($"{{\"keys\":[{odd},{good}]}}");
            Assert.Equal("shared", Assert.Single(entries.Keys).KeyId);
            Assert.Single(entries.Passed);
        }
        // Beside what is looked at, it is not looked at.
        Assert.Empty(KeyEntries.Read($"{{\"keys\":[{good[..^1]},\"x\":{nested}}}]}}").Passed);
    }

    [Theory]
    [InlineData("x"), InlineData("[]"), InlineData("{}"), InlineData("""{"keys":{}}"""), InlineData("")]
    public void What_is_no_key_set_is_said(string text) => Assert.Throws<FormatException>(() => KeyEntries.Read(text));
}
