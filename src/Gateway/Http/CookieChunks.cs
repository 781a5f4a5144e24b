using System.Globalization;

namespace Gateway.Http;

/// <summary>The names of a cookie that is too long for one: <c>NAMEC1</c>, <c>NAMEC2</c> beside <c>NAME=chunks-2</c> (ASP.NET's
/// ChunkingCookieManager), and <c>NAME.0</c>, <c>NAME.1</c> alone (Node frameworks).</summary>
internal static class CookieChunks
{
    /// <summary>More pieces than fit into the headers of any request.</summary>
    private const int Most = 99;

    public static bool IsChunk(ReadOnlySpan<char> name, string cookie) => NumberOf(name, cookie, 'C') is not null
        || NumberOf(name, cookie, '.') is not null;

    /// <summary>Gives the number of a chunk of one kind; null for any other name.</summary>
    public static int? NumberOf(ReadOnlySpan<char> name, string cookie, char sign)
        => name.Length > cookie.Length + 1 && name.StartsWith(cookie, StringComparison.Ordinal) && name[cookie.Length] == sign
            && int.TryParse(name[(cookie.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= Most
            ? number : null;

    /// <summary>Gives how many chunks a value announces; null for a value of its own. It is never a credential itself.</summary>
    public static int? Announced(ReadOnlySpan<char> value)
    {
        const string word = "chunks";
        value = value.Trim("\"' ");
        return value.Length > word.Length + 1 && value.StartsWith(word, StringComparison.Ordinal) && value[word.Length] is '-' or ':'
            && int.TryParse(value[(word.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
