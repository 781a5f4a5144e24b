using System.Collections.Frozen;
using System.Text.Json;

namespace Gateway.Realms.Jwt;

/// <summary>
/// Reading rule 8. A compact JWS (RFC 7515 section 7.1) read so that no other reader can read it as something else. The
/// identity is taken from here; whether the signature holds is asked of the library, and both must agree.
/// </summary>
internal sealed class StrictJwt
{
    /// <summary>Longer tokens are refused unread; bytes and characters are the same here.</summary>
    public const int MaxLength = 16 * 1024;
    private const int MaxKeyIdLength = 256;

    private static readonly FrozenSet<string> HeaderNames = FrozenSet.Create(StringComparer.Ordinal,
        "alg", "kid", "typ", "cty", "crit", "enc", "zip", "b64", "jku", "jwk", "x5u", "x5c", "x5t");

    private static readonly FrozenSet<string> IssuerName = FrozenSet.Create(StringComparer.Ordinal, "iss");

    // Tokens of another use that the same provider signs: whoever sees one must not be able to sign in with it.
    private static readonly FrozenSet<string> OtherUses = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "logout+jwt", "application/logout+jwt", "secevent+jwt", "application/secevent+jwt", "dpop+jwt", "application/dpop+jwt",
        "global-token-revocation+jwt", "application/global-token-revocation+jwt");

    private StrictJwt(string algorithm, string? keyId, JsonElement payload)
    {
        Algorithm = algorithm;
        KeyId = keyId;
        Payload = payload;
    }

    public string Algorithm { get; }
    public string? KeyId { get; }
    public JsonElement Payload { get; }

    /// <summary>Null when the token is anything but a well-formed JWS in its one spelling.</summary>
    /// <param name="names">Claims that have a meaning here: each is spelled exactly, or the token is refused.</param>
    public static StrictJwt? Read(ReadOnlySpan<char> token, IReadOnlySet<string> names)
    {
        if (token.Length > MaxLength || token.Count('.') != 2) return null;
        int first = token.IndexOf('.');
        int second = token.LastIndexOf('.');
        // An empty signature is alg "none" in any spelling.
        if (CanonicalBase64Url.Decode(token[..first]) is not { Length: > 0 } headerBytes
            || CanonicalBase64Url.Decode(token[(first + 1)..second]) is not { Length: > 0 } payloadBytes
            || CanonicalBase64Url.Decode(token[(second + 1)..]) is not { Length: > 0 }) return null;
        if (StrictJson.ReadObject(headerBytes) is not { } header || StrictJson.HasLookalike(header, HeaderNames)) return null;

        // RFC 7515 section 4.1.11: extensions that are not understood. None is.
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("enc", out _)
            || header.TryGetProperty("zip", out _) || header.TryGetProperty("b64", out _)) return null;
        if (!Text(header, "alg", out string? algorithm) || algorithm is null) return null;
        if (!Text(header, "kid", out string? keyId) || keyId is { Length: 0 or > MaxKeyIdLength }) return null;
        if (!Text(header, "typ", out string? type) || (type is not null && OtherUses.Contains(type))) return null;

        if (StrictJson.ReadObject(payloadBytes) is not { } payload || StrictJson.HasLookalike(payload, names)) return null;
        return new(algorithm, keyId, payload);
    }

    /// <summary>The <c>iss</c> of a well-formed token, unverified; null when there is none.</summary>
    public static string? Issuer(ReadOnlySpan<char> token)
        => Read(token, IssuerName) is { } jwt && Text(jwt.Payload, "iss", out string? issuer) ? issuer : null;

    /// <summary>True when the member is absent (null) or a string.</summary>
    public static bool Text(JsonElement element, string name, out string? value)
    {
        value = null;
        if (!element.TryGetProperty(name, out JsonElement member)) return true;
        if (member.ValueKind != JsonValueKind.String) return false;
        value = member.GetString();
        return true;
    }
}
