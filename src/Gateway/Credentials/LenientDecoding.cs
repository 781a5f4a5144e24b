using System.Globalization;
using System.Text;

namespace Gateway.Credentials;

/// <summary>One percent-decoding as the most forgiving servers do it: <c>%XX</c> as bytes of UTF-8, <c>%uXXXX</c> as old ASP has it, and
/// an escape that is none as it stands. Bytes that are no UTF-8 become U+FFFD. Linear in the length of the text.</summary>
internal static class LenientDecoding
{
    /// <summary>How often some server decodes what it reads (a proxy once, the application once more).</summary>
    public const int Most = 2;

    /// <summary>Gives the text itself when it holds no escape.</summary>
    public static string Once(string text)
    {
        int first = text.IndexOf('%');
        if (first < 0) return text;
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        int length = Encoding.UTF8.GetBytes(text.AsSpan(0, first), bytes);
        int at = first;
        while (at < text.Length)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            if (IsEscape(rest, 'u', 4, out int unit))
            {
                length += Encoding.UTF8.GetBytes([(char)unit], bytes.AsSpan(length));
                at += 6;
            }
            else if (IsEscape(rest, '\0', 2, out int octet))
            {
                bytes[length++] = (byte)octet;
                at += 3;
            }
            else
            {
                int next = rest[0] == '%' ? 1 : rest.IndexOf('%') is var escape and >= 0 ? escape : rest.Length;
                length += Encoding.UTF8.GetBytes(rest[..next], bytes.AsSpan(length));
                at += next;
            }
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool IsEscape(ReadOnlySpan<char> text, char mark, int digits, out int value)
    {
        value = 0;
        int start = mark == '\0' ? 1 : 2;
        if (text.Length < start + digits || text[0] != '%' || (mark != '\0' && (text[1] | 0x20) != mark)) return false;
        return int.TryParse(text.Slice(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
