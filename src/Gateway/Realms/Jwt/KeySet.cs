using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Realms.Jwt;

/// <summary>An issuer's keys at one moment. Immutable; a change publishes a new one.</summary>
internal sealed class KeySet
{
    private readonly FrozenDictionary<string, SecurityKey[]> _byId;
    private readonly SecurityKey[] _nameless;
    private readonly SecurityKey[] _all;

    /// <param name="issuer">The <c>iss</c> of tokens that these keys sign.</param>
    /// <param name="text">The documents they were read from; equal texts mean equal keys.</param>
    public KeySet(string issuer, IEnumerable<SecurityKey> keys, string text)
    {
        Issuer = issuer;
        Text = text;
        _all = [.. keys];
        _nameless = [.. _all.Where(key => string.IsNullOrEmpty(key.KeyId))];
        _byId = _all.Where(key => !string.IsNullOrEmpty(key.KeyId))
            .GroupBy(key => key.KeyId, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    public string Issuer { get; }
    public string Text { get; }
    public int Count => _all.Length;

    /// <summary>Why other entries of the document are no keys, each in words.</summary>
    public IReadOnlyList<string> Passed { get; init; } = [];

    /// <summary>Gives the keys that may have signed: those of that name, and those without one; without a <c>kid</c>, all. Only
    /// keys of the algorithm's own type are among them, so that a public RSA key is never taken for an HMAC secret.</summary>
    public SecurityKey[] Candidates(string algorithm, string? keyId)
    {
        SecurityKey[] named = keyId is null ? _all : _byId.GetValueOrDefault(keyId, _nameless);
        return Array.FindAll(named, key => Fits(key, algorithm));
    }

    private static bool Fits(SecurityKey key, string algorithm) => algorithm.AsSpan(0, Math.Min(2, algorithm.Length)) switch
    {
        "RS" or "PS" => key is RsaSecurityKey or X509SecurityKey { PublicKey: System.Security.Cryptography.RSA },
        "ES" => key is ECDsaSecurityKey { KeySize: var size } && size == (algorithm switch { "ES256" => 256, "ES384" => 384, _ => 521 }),
        "HS" => key is SymmetricSecurityKey,
        _ => false,
    };
}
