namespace Gateway.Credentials;

/// <summary>A path as it was sent, for a path as it goes on.</summary>
internal static class SentPath
{
    /// <summary>Reads it. Null where no part of one can be told to be a part of the other.</summary>
    /// <param name="sent">As it came, undecoded.</param>
    /// <param name="matched">As the server decoded it, without dot segments.</param>
    /// <param name="path">As the route's transforms have left it, decoded.</param>
    public static string? Of(ReadOnlySpan<char> sent, string matched, string path)
    {
        if (path == matched && !MayHaveDots(sent)) return sent.ToString();
        List<string> segments = WithoutDots(sent);
        string[] decoded = matched.Split('/');
        // The server turns nothing but dot segments into less.
        if (segments.Count != decoded.Length) return null;
        if (path == matched) return string.Join('/', segments);
        string[] kept = path.Split('/');
        int common = 0;
        while (common < decoded.Length && common < kept.Length && decoded[^(common + 1)] == kept[^(common + 1)]) common++;
        if (common == 0) return null;
        string front = new PathString(kept.Length == common ? "" : "/" + string.Join('/', kept[1..^common])).ToUriComponent();
        return $"{front.TrimEnd('/')}/{string.Join('/', segments[^common..]).TrimStart('/')}";
    }

    private static bool MayHaveDots(ReadOnlySpan<char> path)
        => path.Contains('.') && (path.IndexOf("/.") >= 0 || path.Contains('%'))
            || path.IndexOf("%2e", StringComparison.OrdinalIgnoreCase) >= 0;

    // RFC 3986 section 5.2.4, on segments as sent: a dot may be written %2E.
    private static List<string> WithoutDots(ReadOnlySpan<char> path)
    {
        List<string> kept = [];
        string last = "";
        foreach (Range range in path.Split('/'))
        {
            string segment = path[range].ToString();
            last = segment.Contains('%') ? segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) : segment;
            if (last == "..")
            {
                if (kept.Count > 1) kept.RemoveAt(kept.Count - 1);
            }
            else if (last != ".") kept.Add(segment);
        }
        // A dot segment at the end leaves the slash before it.
        if (last is "." or "..") kept.Add("");
        return kept;
    }
}
