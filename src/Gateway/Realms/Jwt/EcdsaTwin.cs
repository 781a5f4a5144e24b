using System.Buffers.Text;
using System.Globalization;
using System.Numerics;

namespace Gateway.Realms.Jwt;

/// <summary>
/// An ECDSA signature (r, s) has a twin (r, n - s) that verifies for the same bytes, and anybody can compute it (SEC 1
/// section 4.1.4). So a token signed that way has two spellings; a revocation of one by its fingerprint is to meet both.
/// </summary>
internal static class EcdsaTwin
{
    // Orders of the base points of P-256, P-384 and P-521 (SEC 2 sections 2.4.2, 2.5.1 and 2.6.1).
    private static readonly BigInteger P256 = Hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    private static readonly BigInteger P384 = Hex(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973");
    private static readonly BigInteger P521 = Hex(
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409");

    /// <summary>Gives the same token with the twin signature; null for other algorithms.</summary>
    public static string? Of(string token, string algorithm)
    {
        (BigInteger order, int half) = algorithm switch
        {
            "ES256" => (P256, 32),
            "ES384" => (P384, 48),
            "ES512" => (P521, 66),
            _ => (BigInteger.Zero, 0),
        };
        int dot = token.LastIndexOf('.');
        ReadOnlySpan<char> text = token.AsSpan(dot + 1);
        bool padded = text.EndsWith('=');
        if (half == 0 || CanonicalBase64Url.Decode(text.TrimEnd('=')) is not { } signature || signature.Length != 2 * half) return null;
        BigInteger s = new(signature.AsSpan(half), isUnsigned: true, isBigEndian: true);
        byte[] other = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        Span<byte> place = signature.AsSpan(half);
        place.Clear();
        other.CopyTo(place[(half - other.Length)..]);
        string twin = Base64Url.EncodeToString(signature);
        return string.Concat(token.AsSpan(0, dot + 1), padded ? PaddedJwt.Pad(twin) : twin);
    }

    private static BigInteger Hex(string digits)
        => BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
