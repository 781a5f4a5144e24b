using System.Buffers;
using System.Text;

namespace Gateway.Realms;

/// <summary>What a credential's value may look like, and what looks like one where none should be.</summary>
internal static class TokenText
{
    // RFC 6265 section 4.1.1, cookie-octet: nothing that any place in a request divides values by.
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "!#$%&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    // Both alphabets of RFC 4648, padding, and the dots between the parts.
    private static readonly SearchValues<char> OfTokens = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.%");

    // {"alg":"x"} and {} in base64.
    private const int LeastHeader = 12;
    private const int LeastPayload = 2;

    public static bool IsWellFormed(ReadOnlySpan<char> token) => !token.IsEmpty && !token.ContainsAnyExcept(Allowed);

    /// <summary>Whether a lenient reader could take the text for a JWT: three or more parts, however encoded.</summary>
    public static bool IsLikeJwt(ReadOnlySpan<char> text)
    {
        int first = text.IndexOf('.');
        if (first < LeastHeader) return false;
        int second = text[(first + 1)..].IndexOf('.');
        return second >= LeastPayload;
    }

    /// <summary>The same, after up to two decodings.</summary>
    public static bool CouldBeJwt(ReadOnlySpan<char> text)
        => IsLikeJwt(text) || (text.Contains('%') && (IsLikeJwt(Uri.UnescapeDataString(text)) || IsLikeJwt(Uri.UnescapeDataString(Uri.UnescapeDataString(text)))));

    /// <summary>Whether anything in the text, after up to two decodings and divided wherever a lenient reader might divide
    /// it, looks like a JWT.</summary>
    public static bool HoldsJwt(string text)
    {
        for (int decodings = 0; decodings <= 2; decodings++)
        {
            if (HasRun(text)) return true;
            if (!text.Contains('%')) return false;
            text = Uri.UnescapeDataString(text);
        }
        return false;
    }

    private static bool HasRun(ReadOnlySpan<char> text)
    {
        while (true)
        {
            int start = text.IndexOfAny(OfTokens);
            if (start < 0) return false;
            text = text[start..];
            int end = text.IndexOfAnyExcept(OfTokens);
            ReadOnlySpan<char> run = end < 0 ? text : text[..end];
            // A parameter as in token=eyJ… puts its name before the first part, which only makes it longer.
            if (IsLikeJwt(run) || IsLikeJwt(Decoded(run))) return true;
            if (end < 0) return false;
            text = text[end..];
        }
    }

    // One more layer of base64, as user:password has it.
    private static string Decoded(ReadOnlySpan<char> run)
    {
        run = run.TrimEnd('=');
        if ((run.Length & 3) == 1) run = run[..^1];
        if (run.Length < 2 * LeastHeader || run.Contains('.')) return "";
        string text = run.ToString().Replace('-', '+').Replace('_', '/').Replace("%", "").Replace("=", "");
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out int count) ? Encoding.Latin1.GetString(bytes, 0, count) : "";
    }

    /// <summary>The user and the password of a well-formed Basic credential (RFC 7617); null for anything else.</summary>
    public static (string User, string Password)? Basic(ReadOnlySpan<char> value)
    {
        int space = value.IndexOf(' ');
        if (space < 0 || !value[..space].Equals("Basic", StringComparison.OrdinalIgnoreCase)) return null;
        ReadOnlySpan<char> encoded = value[(space + 1)..];
        byte[] bytes = new byte[encoded.Length];
        // Convert skips white space; a well-formed value has none.
        if (encoded.IsEmpty || encoded.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(encoded, bytes, out int count)) return null;
        string pair = Encoding.UTF8.GetString(bytes, 0, count);
        int colon = pair.IndexOf(':');
        return colon < 0 ? null : (pair[..colon], pair[(colon + 1)..]);
    }
}
