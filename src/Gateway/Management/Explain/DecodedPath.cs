namespace Gateway.Management.Explain;

/// <summary>A path as the server decodes it before it is matched: escapes are taken off, but of a slash, and dot segments go.</summary>
internal static class DecodedPath
{
    public static string Of(string sent)
    {
        string decoded = PathString.FromUriComponent(sent).Value ?? "/";
        if (!decoded.Contains("/.", StringComparison.Ordinal)) return decoded;
        List<string> kept = [];
        string[] segments = decoded.Split('/');
        foreach (string segment in segments)
        {
            if (segment == "..")
            {
                if (kept.Count > 1) kept.RemoveAt(kept.Count - 1);
            }
            else if (segment != ".") kept.Add(segment);
        }
        // RFC 3986 section 5.2.4: a dot segment at the end leaves the slash before it.
        if (segments[^1] is "." or "..") kept.Add("");
        return string.Join('/', kept);
    }
}
