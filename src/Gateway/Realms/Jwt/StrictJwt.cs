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

    private StrictJwt(string algorithm, string? keyId, string? signer, JsonElement payload)
    {
        Signer = signer;
        Algorithm = algorithm;
        KeyId = keyId;
        Payload = payload;
    }

    public string Algorithm { get; }
    public string? KeyId { get; }

    /// <summary>What the header calls <c>signer</c>: the load balancer that made the token (AWS). Null where it is no string: only a realm
    /// that expects one asks.</summary>
    public string? Signer { get; }
    public JsonElement Payload { get; }

    /// <summary>Reads it. Null when the token is anything but a well-formed JWS in its one spelling.</summary>
    /// <param name="names">Claims that have a meaning here: each is spelled exactly, or the token is refused.</param>
    public static StrictJwt? Read(ReadOnlySpan<char> token, IReadOnlySet<string> names) => Read(token, names, out _);

    /// <param name="complaint">What is wrong with it, where it is null.</param>
    /// <param name="padded">Each part may be padded, if all are.</param>
    public static StrictJwt? Read(ReadOnlySpan<char> token, IReadOnlySet<string> names, out string? complaint, bool padded = false)
    {
        complaint = Divide(token, padded && PaddedJwt.Is(token), out byte[] headerBytes, out byte[] payloadBytes);
        if (complaint is not null) return null;
        if (StrictJson.ReadObject(headerBytes) is not { } header) complaint = "its header is not one plain JSON object";
        else if (StrictJson.HasLookalike(header, HeaderNames))
            complaint = "a name in its header is spelled so that some servers take it for another";
        // RFC 7515 section 4.1.11: extensions that are not understood. None is.
        else if (header.TryGetProperty("crit", out _) || header.TryGetProperty("enc", out _) || header.TryGetProperty("zip", out _)
            || header.TryGetProperty("b64", out _))
            complaint = "its header asks for an extension (crit, enc, zip or b64)";
        else if (!Text(header, "alg", out string? algorithm) || algorithm is null) complaint = "its header names no alg";
        else if (!Text(header, "kid", out string? keyId) || keyId is { Length: 0 or > MaxKeyIdLength })
            complaint = "its kid is no text of a usable length";
        else if (!Text(header, "typ", out string? type) || (type is not null && OtherUses.Contains(type)))
            complaint = "its typ says that it is for another use than signing in";
        else if (StrictJson.ReadObject(payloadBytes) is not { } payload) complaint = "its payload is not one plain JSON object";
        else if (StrictJson.HasLookalike(payload, names)) complaint = "a claim is spelled so that some servers take it for another";
        else return new(algorithm, keyId, Text(header, "signer", out string? signer) ? signer : null, payload);
        return null;
    }

    private static string? Divide(ReadOnlySpan<char> token, bool padded, out byte[] header, out byte[] payload)
    {
        header = payload = [];
        if (token.Length > MaxLength) return "it is too long";
        int parts = token.Count('.') + 1;
        // Five parts are an encrypted token: refused before the library sees it, which would inflate what is inside.
        if (parts != 3) return parts == 5 ? "it is encrypted (five parts)" : "it is no JWT of three parts";
        int first = token.IndexOf('.');
        int second = token.LastIndexOf('.');
        // An empty signature is alg "none" in any spelling.
        byte[]? headerBytes = Decode(token[..first]);
        byte[]? payloadBytes = Decode(token[(first + 1)..second]);
        if (headerBytes is not { Length: > 0 } || payloadBytes is not { Length: > 0 }
            || Decode(token[(second + 1)..]) is not { Length: > 0 })
            return "a part of it is empty, or is not base64url in its one spelling";
        header = headerBytes;
        payload = payloadBytes;
        return null;

        byte[]? Decode(ReadOnlySpan<char> part) => CanonicalBase64Url.Decode(padded ? part.TrimEnd('=') : part);
    }

    /// <summary>Gives the <c>iss</c> of a well-formed token, unverified; null when there is none.</summary>
    public static string? Issuer(ReadOnlySpan<char> token)
        => Read(token, IssuerName) is { } jwt && Text(jwt.Payload, "iss", out string? issuer) ? issuer : null;

    /// <summary>Tells whether the member is absent (null) or a string.</summary>
    public static bool Text(JsonElement element, string name, out string? value)
    {
        value = null;
        if (!element.TryGetProperty(name, out JsonElement member)) return true;
        if (member.ValueKind != JsonValueKind.String) return false;
        value = member.GetString();
        return true;
    }
}
