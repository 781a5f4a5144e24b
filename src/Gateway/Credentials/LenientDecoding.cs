using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Gateway.Credentials;

/// <summary>One percent-decoding as the most forgiving servers do it: <c>%XX</c> as bytes of UTF-8, <c>%uXXXX</c> as old ASP has it, and
/// an escape that is none as it stands. Bytes that are no UTF-8 become U+FFFD. Linear in the length of the text.</summary>
internal static class LenientDecoding
{
    /// <summary>How often some server decodes what it reads (a proxy once, the application once more).</summary>
    public const int Most = 2;

    // Of UTF-8, for a character of UTF-16.
    private const int MostBytes = 3;

    /// <summary>Gives the text itself when it holds no escape.</summary>
    public static string Once(string text)
    {
        int first = text.IndexOf('%');
        if (first < 0) return text;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(text.Length * MostBytes);
        try
        {
            int length = Decode(text, bytes, takesUnits: true, out int escapes, out _);
            return escapes == 0 ? text : Encoding.UTF8.GetString(bytes, 0, length);
        }
        finally { ArrayPool<byte>.Shared.Return(bytes); }
    }

    /// <summary>Decodes <c>%XX</c> alone. False, with the text itself, when what comes out is no UTF-8.</summary>
    /// <param name="isWhole">Every percent sign was of an escape.</param>
    public static bool TryStrict(string text, out string decoded, out bool isWhole)
    {
        decoded = text;
        isWhole = true;
        if (!text.Contains('%')) return true;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(text.Length * MostBytes);
        try
        {
            int length = Decode(text, bytes, takesUnits: false, out int escapes, out isWhole);
            if (!Utf8.IsValid(bytes.AsSpan(0, length))) return false;
            if (escapes > 0) decoded = Encoding.UTF8.GetString(bytes, 0, length);
            return true;
        }
        finally { ArrayPool<byte>.Shared.Return(bytes); }
    }

    private static int Decode(ReadOnlySpan<char> text, Span<byte> bytes, bool takesUnits, out int escapes, out bool isWhole)
    {
        (escapes, isWhole) = (0, true);
        int length = 0;
        for (int at = 0; at < text.Length;)
        {
            if (!char.IsAscii(text[at]))
            {
                int end = at + 1;
                while (end < text.Length && !char.IsAscii(text[end])) end++;
                length += Encoding.UTF8.GetBytes(text[at..end], bytes[length..]);
                at = end;
            }
            else if (text[at] != '%') bytes[length++] = (byte)text[at++];
            else if (at + 2 < text.Length && Octet(text[at + 1], text[at + 2]) is >= 0 and var octet)
            {
                bytes[length++] = (byte)octet;
                at += 3;
                escapes++;
            }
            else if (takesUnits && at + 5 < text.Length && (text[at + 1] | 0x20) == 'u' && ushort.TryParse(text.Slice(at + 2, 4),
                NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit))
            {
                length += Encoding.UTF8.GetBytes([(char)unit], bytes[length..]);
                at += 6;
                escapes++;
            }
            else
            {
                bytes[length++] = (byte)'%';
                at++;
                isWhole = false;
            }
        }
        return length;
    }

    // Negative where one of them is no hexadecimal digit.
    private static int Octet(char high, char low) => (Digit(high) << 4) | Digit(low);

    private static int Digit(char digit)
        => char.IsAsciiDigit(digit) ? digit - '0' : (uint)((digit | 0x20) - 'a') < 6 ? (digit | 0x20) - 'a' + 10 : -1;
}
