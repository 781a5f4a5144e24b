using System.Buffers;
using System.Text;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 14: all that servers make of a path. Each undoes percent-encoding up to twice, takes <c>\</c> for
/// <c>/</c>, drops <c>;parameters</c>, or dots and spaces at the end of a segment, merges slashes, removes dot segments, or stops at what
/// becomes a question mark, in any order and combination.
/// </summary>
internal static class PathReadings
{
    // Each costs a few looks at all of its characters, and a match of the routes.
    private const int Most = 128, MostCharacters = 64 * 1024;
    private static readonly SearchValues<char> Doubtful = SearchValues.Create("%\\;#?");
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Tells whether every server reads the path as it is sent.</summary>
    public static bool IsPlain(ReadOnlySpan<char> path)
        => !path.ContainsAny(Doubtful) && path.IndexOf("//") < 0 && path.IndexOf("/.") < 0 && path.IndexOf("./") < 0 && !path.EndsWith('.');

    /// <summary>Gives all readings, the path as sent among them; null when it is broken: an escape that is none, bytes that are
    /// not UTF-8, control characters, or more readings than any honest path has.</summary>
    public static IReadOnlyCollection<string>? Of(string path)
    {
        if (!Decode(path, strict: true, out _)) return null;
        HashSet<(string Path, int Decodings)> seen = [(path, 0)];
        Queue<(string Path, int Decodings)> open = new(seen);
        int characters = 0;
        while (open.TryDequeue(out (string Path, int Decodings) reading))
        {
            characters += reading.Path.Length;
            if (HasControl(reading.Path) || seen.Count > Most || characters > MostCharacters) return null;
            Add(BackslashesTurned(reading.Path), reading.Decodings);
            Add(WithoutParameters(reading.Path), reading.Decodings);
            Add(SegmentsTrimmed(reading.Path), reading.Decodings);
            Add(SlashesMerged(reading.Path), reading.Decodings);
            Add(WithoutDotSegments(reading.Path), reading.Decodings);
            Add(UpToQuery(reading.Path), reading.Decodings);
            // One without escapes stays as it is, however often it is decoded.
            if (reading.Decodings < 2 && reading.Path.Contains('%') && Decode(reading.Path, strict: false, out string decoded))
                Add(decoded, reading.Decodings + 1);
        }
        return seen.Select(reading => reading.Path).ToHashSet(StringComparer.Ordinal);

        void Add(string path, int decodings)
        {
            if (seen.Add((path, decodings))) open.Enqueue((path, decodings));
        }
    }

    /// <param name="strict">False when an escape is broken; otherwise it stays as it is.</param>
    private static bool Decode(string path, bool strict, out string decoded)
    {
        decoded = path;
        if (!path.Contains('%')) return true;
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(path.Length)];
        int length = 0;
        for (int at = 0; at < path.Length; at++)
        {
            if (path[at] == '%' && at + 2 < path.Length && char.IsAsciiHexDigit(path[at + 1]) && char.IsAsciiHexDigit(path[at + 2]))
            {
                bytes[length++] = byte.Parse(path.AsSpan(at + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier,
                    System.Globalization.CultureInfo.InvariantCulture);
                at += 2;
            }
            else if (path[at] == '%' && strict) return false;
            else
            {
                int units = char.IsHighSurrogate(path[at]) && at + 1 < path.Length ? 2 : 1;
                length += Encoding.UTF8.GetBytes(path.AsSpan(at, units), bytes.AsSpan(length));
                at += units - 1;
            }
        }
        try
        {
            decoded = Strict.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool HasControl(string path)
        => path.AsSpan().ContainsAnyInRange('\0', '\x1F') || path.AsSpan().ContainsAnyInRange('\x7F', '\x9F');

    private static string BackslashesTurned(string path) => path.Replace('\\', '/');

    private static string WithoutParameters(string path)
    {
        if (!path.Contains(';')) return path;
        StringBuilder kept = new(path.Length);
        bool parameters = false;
        foreach (char c in path)
        {
            if (c == '/') parameters = false;
            else if (c == ';') parameters = true;
            if (!parameters) kept.Append(c);
        }
        return kept.ToString();
    }

    // As Windows names files. Dot segments are something else.
    private static string SegmentsTrimmed(string path)
    {
        if (!path.Contains('.') && !path.Contains(' ')) return path;
        return string.Join('/', path.Split('/')
            .Select(static segment => segment.AsSpan().TrimEnd(". ").IsEmpty ? segment.TrimEnd(' ') : segment.TrimEnd('.', ' ')));
    }

    private static string SlashesMerged(string path)
    {
        while (path.Contains("//")) path = path.Replace("//", "/");
        return path;
    }

    // RFC 3986 section 5.2.4; what would climb above the root stays at the root.
    private static string WithoutDotSegments(string path)
    {
        if (!path.Contains("/.")) return path;
        List<string> kept = [];
        string[] segments = path.Split('/');
        for (int at = 1; at < segments.Length; at++)
        {
            bool last = at == segments.Length - 1;
            if (segments[at] == "..")
            {
                if (kept.Count > 0) kept.RemoveAt(kept.Count - 1);
                if (last) kept.Add("");
            }
            else if (segments[at] != ".") kept.Add(segments[at]);
            else if (last) kept.Add("");
        }
        return "/" + string.Join('/', kept);
    }

    private static string UpToQuery(string path)
    {
        int end = path.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? path : path[..end];
    }
}
