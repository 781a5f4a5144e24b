using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Realms.Jwt;

/// <summary>The keys of a key set that signatures can be verified with, and why each other entry is none. Each entry is read by itself, so
/// that one which is odd spoils no other (RFC 7517 section 5: what is not understood is ignored).</summary>
internal sealed class KeyEntries
{
    // What a key to verify with is made of. Nothing else of an entry is looked at, so it may be as odd as it likes.
    private static readonly string[] Members = ["kty", "kid", "use", "alg", "n", "e", "crv", "x", "y", "k"];

    private readonly List<SecurityKey> _keys = [];
    private readonly List<string> _passed = [];

    public IReadOnlyList<SecurityKey> Keys => _keys;

    /// <summary>Why entries were passed over, each in words.</summary>
    public IReadOnlyList<string> Passed => _passed;

    /// <exception cref="FormatException">It is no key set.</exception>
    public static KeyEntries Read(string text)
    {
        JsonDocument document;
        // No limit: what is nested deeply is an odd entry, and odd entries are passed over one by one. Nothing here goes down into it.
        try { document = JsonDocument.Parse(text, new() { MaxDepth = int.MaxValue }); }
        catch (JsonException) { throw new FormatException("It is not JSON."); }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out JsonElement keys) || keys.ValueKind != JsonValueKind.Array)
                throw new FormatException("It is no JSON Web Key Set (RFC 7517): { \"keys\": [ … ] }.");
            KeyEntries entries = new();
            foreach ((int index, JsonElement entry) in keys.EnumerateArray().Index()) entries.Add(index, entry);
            return entries;
        }
    }

    private void Add(int index, JsonElement entry)
    {
        string name = $"key {index}";
        try
        {
            if (entry.ValueKind != JsonValueKind.Object)
            {
                _passed.Add($"{name} is no object");
                return;
            }
            JsonObject plain = [];
            foreach (string member in Members)
                if (entry.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String)
                    plain[member] = value.GetString();
            if (Certificates(entry) is { } certificates) plain["x5c"] = certificates;
            string kty = (string?)plain["kty"] ?? "", use = (string?)plain["use"] ?? "";
            if (plain["kid"] is { } kid) name = $"key {index} ({Shown((string)kid!)})";
            if (use is not ("" or "sig")) _passed.Add($"{name} is for another use, {Shown(use)}");
            else if (kty is not ("RSA" or "EC" or "oct"))
                _passed.Add(kty == "OKP" ? $"{name} is of kty OKP (EdDSA), which this runtime cannot verify"
                    : $"{name} is of an unknown kty, {Shown(kty)}");
            else if (KeysOf(plain, kty) is { Count: > 0 } keys) _keys.AddRange(keys);
            else _passed.Add($"{name} cannot be used");
        }
        catch (Exception error) when (error is ArgumentException or FormatException or CryptographicException or InvalidOperationException
            or NotSupportedException or SecurityTokenException)
        {
            _passed.Add($"{name} cannot be used ({error.GetType().Name})");
        }
    }

    // The library lists public keys only; a shared secret verifies nothing unless an HS algorithm is configured.
    private static IList<SecurityKey> KeysOf(JsonObject entry, string kty)
    {
        if (kty != "oct") return new JsonWebKeySet($"{{\"keys\":[{entry.ToJsonString()}]}}").GetSigningKeys();
        return (string?)entry["k"] is { Length: > 0 } secret
            ? [new SymmetricSecurityKey(Base64UrlEncoder.DecodeBytes(secret)) { KeyId = (string?)entry["kid"] }] : [];
    }

    private static JsonArray? Certificates(JsonElement entry)
        => entry.TryGetProperty("x5c", out JsonElement list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? new JsonArray([.. list.EnumerateArray().Select(item => JsonValue.Create(item.GetString()))]) : null;

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
