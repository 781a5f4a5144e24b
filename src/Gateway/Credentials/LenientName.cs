using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Credentials;

/// <summary>Whether a name that is not a credential's own could pass for it with some backend: in another case, after one
/// or two decodings, with white space or control characters around it, as PHP maps names (dots and spaces become
/// underscores), with an index behind it (<c>name[]</c>), or as old ASP reads it (<c>%uXXXX</c>, full-width letters as the
/// narrow ones, bytes that are no UTF-8 dropped).</summary>
internal static partial class LenientName
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>True for the exact name as well.</summary>
    public static bool CouldBe(ReadOnlySpan<char> text, string name)
    {
        if (!text.ContainsAnyExcept(Plain)) return text.Equals(name, StringComparison.OrdinalIgnoreCase);
        if (text.Length > 4096) return true;
        string wanted = Fold(name);
        string reading = text.ToString();
        for (int decodings = 0; decodings <= 2; decodings++)
        {
            if (string.Equals(Fold(reading), wanted, StringComparison.OrdinalIgnoreCase)) return true;
            reading = Uri.UnescapeDataString(Utf16Escape().Replace(reading, static escape => ((char)ushort.Parse(escape.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));
        }
        return false;
    }

    private static string Fold(string text)
    {
        if (text.Contains('%')) text = NoUtf8().Replace(text, "");
        int end = text.AsSpan().IndexOfAny('[', '\0');
        if (end > 0) text = text[..end];
        char[] kept = [.. text.Where(c => !char.IsControl(c) && c is not ('\uFEFF' or '\u200B'))];
        string trimmed = new string(kept).Trim(' ', '"', '\'', '+');
        return string.Create(trimmed.Length, trimmed, static (folded, from) =>
        {
            for (int at = 0; at < from.Length; at++)
                folded[at] = from[at] switch { >= '\uFF01' and <= '\uFF5E' and var wide => (char)(wide - 0xFEE0), '.' or ' ' or '+' => '_', '\u017F' => 's', '\u212A' => 'k', '\u0130' or '\u0131' => 'i', var c => c };
        });
    }

    [GeneratedRegex("%u[0-9A-Fa-f]{4}", RegexOptions.IgnoreCase)]
    private static partial Regex Utf16Escape();

    // What is left of bytes above ASCII after a decoding.
    [GeneratedRegex("%[89A-Fa-f][0-9A-Fa-f]")]
    private static partial Regex NoUtf8();
}
