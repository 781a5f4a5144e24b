namespace Gateway.TwoFactor;

/// <summary>Base32 (RFC 4648 section 6), the form in which authenticator apps take a secret.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Without padding, as the otpauth form wants it.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = new char[(bytes.Length * 8 + 4) / 5];
        int buffer = 0, bits = 0, at = 0;
        foreach (byte next in bytes)
        {
            buffer = buffer << 8 | next;
            bits += 8;
            while (bits >= 5) text[at++] = Alphabet[buffer >> (bits -= 5) & 31];
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) text[at] = Alphabet[buffer << 5 - bits & 31];
        return new string(text);
    }

    /// <summary>Any case, with or without padding. False for other characters, an impossible length, or last bits that are not zero.</summary>
    public static bool TryDecode(string text, out byte[] bytes)
    {
        ReadOnlySpan<char> digits = text.AsSpan().TrimEnd('=');
        bytes = new byte[digits.Length * 5 / 8];
        // RFC 4648 section 6: only these remainders end on whole bytes.
        if (digits.Length % 8 is 1 or 3 or 6 || text.Length != digits.Length && text.Length % 8 != 0) return false;
        int buffer = 0, bits = 0, at = 0;
        foreach (char digit in digits)
        {
            int value = Alphabet.IndexOf(char.ToUpperInvariant(digit), StringComparison.Ordinal);
            if (value < 0 || !char.IsAscii(digit)) return false;
            buffer = buffer << 5 | value;
            bits += 5;
            if (bits < 8) continue;
            bytes[at++] = (byte)(buffer >> (bits -= 8));
            buffer &= (1 << bits) - 1;
        }
        return buffer == 0;
    }
}
