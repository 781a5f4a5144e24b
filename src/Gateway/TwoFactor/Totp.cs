using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.TwoFactor;

/// <summary>Time-based one-time passwords (RFC 6238): HOTP (RFC 4226) over the number of 30-second steps since 1970.</summary>
internal static class Totp
{
    public const int StepSeconds = 30;
    public const int Digits = 6;

    /// <summary>Bytes of a new secret: the length of an HMAC-SHA-1 key, as RFC 4226 section 4 recommends.</summary>
    public const int SecretBytes = 20;

    public static long StepAt(DateTimeOffset instant) => Math.DivRem(instant.ToUnixTimeSeconds(), StepSeconds).Quotient;

    /// <summary>RFC 4226 section 5.3: dynamic truncation of the HMAC over the counter.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step, int digits = Digits, HashAlgorithmName? algorithm = null)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[64];
        int length = CryptographicOperations.HmacData(algorithm ?? HashAlgorithmName.SHA1, secret, counter, hash);
        int offset = hash[length - 1] & 0xF;
        int truncated = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & 0x7FFFFFFF;
        return (truncated % (int)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>The step whose code this is, or null. Steps up to and including <paramref name="lastUsed"/> are over: a
    /// code counts once (RFC 6238 section 5.2). Every step of the window is compared, in constant time.</summary>
    /// <param name="window">How many steps the code may be off, to either side.</param>
    public static long? Verify(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, int window, long lastUsed)
    {
        if (code.Length != Digits) return null;
        Span<byte> given = stackalloc byte[Encoding.UTF8.GetMaxByteCount(Digits)];
        given = given[..Encoding.UTF8.GetBytes(code, given)];
        long current = StepAt(now);
        long? matched = null;
        Span<byte> expected = stackalloc byte[Digits];
        for (long step = current - window; step <= current + window; step++)
        {
            Encoding.ASCII.GetBytes(Code(secret, step), expected);
            if (CryptographicOperations.FixedTimeEquals(given, expected) & step > lastUsed) matched ??= step;
        }
        return matched;
    }

    /// <summary>What an authenticator app scans: <c>otpauth://totp/Issuer:user?secret=…&amp;issuer=…</c>.</summary>
    public static string Uri(string issuer, string user, ReadOnlySpan<byte> secret)
    {
        string label = $"{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(user)}";
        return $"otpauth://totp/{label}?secret={Base32.Encode(secret)}&issuer={System.Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
    }
}
