using System.Buffers;
using System.Text;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 8a: whether a text has the form of a JWT, tested as leniently as any reader would, and the token in the spelling in
/// which it is judged. What has not even this form is no token of a realm that has JWTs.
/// </summary>
internal static class JwtForm
{
    // {} in base64: no header is shorter.
    private const int ShortestHeader = 3;

    // e30.e. is the least that is looked at.
    private const int Shortest = 5;

    private static readonly SearchValues<char> Canonical = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // Both alphabets of RFC 4648, padding, dots, and what an escape is made of.
    private static readonly SearchValues<char> OfTokens = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.%");

    /// <summary>Tells whether the text has the form just as it stands. Allocates nothing.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Canonical) && HasParts(text);

    /// <summary>Gives the token that a lenient reader could take the text for; null when it has not the form of one.</summary>
    public static string? Of(string text) => Of(text, out _);

    /// <param name="isRespelled">Only a reader that forgives padding or the other alphabet of base64 comes to this token: it is not
    /// strictly valid as it stands.</param>
    public static string? Of(string text, out bool isRespelled)
    {
        isRespelled = false;
        // No token holds a percent sign: where there is one, it is of an encoding.
        for (int decodings = 0; decodings < LenientDecoding.Most && LenientDecoding.Once(text) is var once; decodings++)
        {
            if (ReferenceEquals(once, text)) break;
            text = once;
        }
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim(" \t\r\n\0\"'");
        bool hasMore = trimmed.EndsWith('.') && trimmed.Count('.') > 2;
        if (hasMore) trimmed = trimmed.TrimEnd('.');
        if (!HasParts(trimmed)) return null;
        isRespelled = hasMore || trimmed.ContainsAnyExcept(Canonical);
        return Spelled(trimmed);
    }

    /// <summary>Finds every token in a text that some reader divides elsewhere than the rules do: under another scheme, in a list, within
    /// quotes, or within a <c>Basic</c> credential. One more than a location may have is enough.</summary>
    public static void FindIn(ReadOnlySpan<char> text, List<string> found)
    {
        while (found.Count <= CopyList.MostAtOneLocation)
        {
            int start = NextRun(text);
            if (start < 0) return;
            text = text[start..];
            int end = text.IndexOfAnyExcept(OfTokens);
            FindInRun(end < 0 ? text : text[..end], found);
            if (end < 0) return;
            text = text[end..];
        }
    }

    // Where so many characters of tokens stand together as the shortest token has; looked at from behind, so that short runs are
    // stepped over.
    private static int NextRun(ReadOnlySpan<char> text)
    {
        int start = 0;
        while (start + Shortest <= text.Length)
        {
            int odd = text.Slice(start, Shortest).LastIndexOfAnyExcept(OfTokens);
            if (odd < 0) return start;
            start += odd + 1;
        }
        return -1;
    }

    private static void FindInRun(ReadOnlySpan<char> run, List<string> found)
    {
        if (run.ContainsAny('.', '%') && Of(run.ToString()) is { } token)
        {
            found.Add(token);
            return;
        }
        // As in token=eyJ…: the name of a parameter stands before the token.
        foreach (Range part in run.Split('='))
        {
            ReadOnlySpan<char> value = run[part];
            if (value.Length < Shortest) continue;
            if (value.ContainsAny('.', '%') && Of(value.ToString()) is { } named) found.Add(named);
            else if (Base64(value) is { } inner && inner.AsSpan().ContainsAny('.', '%')) FindInPlain(inner, found);
        }
    }

    // One layer of base64 and no more: the user and the password of Basic.
    private static void FindInPlain(string text, List<string> found)
    {
        foreach (Range part in text.AsSpan().SplitAny(" \t,;:\"'&"))
            if (Of(text[part]) is { } token) found.Add(token);
    }

    private static bool HasParts(ReadOnlySpan<char> text)
    {
        int first = text.IndexOf('.');
        if (first < ShortestHeader || text.Count('.') is not (2 or 4)) return false;
        return BeginsWithBrace(text[..first]);
    }

    /// <summary>Tells whether the second part could be claims to any reader: it decodes to what begins with a brace.</summary>
    public static bool HasJsonPayload(ReadOnlySpan<char> token)
    {
        ReadOnlySpan<char> rest = token[(token.IndexOf('.') + 1)..];
        int end = rest.IndexOf('.');
        return end > 0 && BeginsWithBrace(rest[..end]);
    }

    // As a decoder does that skips what is not of its alphabet; only the beginning is looked at.
    private static bool BeginsWithBrace(ReadOnlySpan<char> part)
    {
        Span<char> kept = stackalloc char[16];
        Span<byte> bytes = stackalloc byte[12];
        int count = 0;
        foreach (char c in part)
        {
            if (c is '-' or '+') kept[count++] = '+';
            else if (c is '_' or '/') kept[count++] = '/';
            else if (char.IsAsciiLetterOrDigit(c)) kept[count++] = c;
            if (count == kept.Length) break;
        }
        if ((count & 3) == 1) count--;
        while ((count & 3) != 0) kept[count++] = '=';
        if (!Convert.TryFromBase64Chars(kept[..count], bytes, out int length)) return false;
        ReadOnlySpan<byte> text = bytes[..length];
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        text = text.TrimStart(" \t\r\n\0"u8);
        return text.StartsWith("{"u8);
    }

    private static string Spelled(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExcept(Canonical)) return text.ToString();
        StringBuilder spelled = new(text.Length);
        foreach (char c in text)
            if (c is '+') spelled.Append('-');
            else if (c is '/') spelled.Append('_');
            else if (c is not '=') spelled.Append(c);
        return spelled.ToString();
    }

    // As a decoder does that skips what is not of its alphabet.
    private static string? Base64(ReadOnlySpan<char> run)
    {
        char[] kept = new char[run.Length + 3];
        int count = 0;
        foreach (char c in run)
            if (c is '-' or '+') kept[count++] = '+';
            else if (c is '_' or '/') kept[count++] = '/';
            else if (char.IsAsciiLetterOrDigit(c)) kept[count++] = c;
        if ((count & 3) == 1) count--;
        if (count < 8) return null;
        while ((count & 3) != 0) kept[count++] = '=';
        byte[] bytes = new byte[count];
        return Convert.TryFromBase64Chars(kept.AsSpan(0, count), bytes, out int length)
            ? Encoding.Latin1.GetString(bytes, 0, length) : null;
    }
}
