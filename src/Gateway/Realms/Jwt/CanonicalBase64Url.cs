using System.Buffers;
using System.Buffers.Text;

namespace Gateway.Realms.Jwt;

/// <summary>Base64url as RFC 7515 section 2 has it, and in one spelling only: no padding, no white space, the unused bits
/// of the last character zero. A lenient decoder reads many spellings as the same bytes; here each has one.</summary>
internal static class CanonicalBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    /// <summary>Reads it. Null when the text is not canonical.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Allowed)) return null;
        int unused = (text.Length & 3) switch { 0 => 0, 2 => 0b1111, 3 => 0b11, _ => -1 };
        if (unused < 0 || (unused != 0 && (Alphabet.IndexOf(text[^1]) & unused) != 0)) return null;
        return Base64Url.DecodeFromChars(text);
    }
}
