using System.Buffers;

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

    /// <summary>Tells whether every server reads the path as it is sent.</summary>
    public static bool IsPlain(ReadOnlySpan<char> path)
        => !path.ContainsAny(Doubtful) && path.IndexOf("//") < 0 && path.IndexOf("/.") < 0 && path.IndexOf("./") < 0 && !path.EndsWith('.');

    /// <summary>Gives all readings, the path as sent among them; null when it is broken: an escape that is none, bytes that are
    /// not UTF-8, control characters, or more readings than any honest path has.</summary>
    public static IReadOnlyCollection<string>? Of(string path)
    {
        if (!LenientDecoding.TryStrict(path, out _, out bool isWhole) || !isWhole) return null;
        HashSet<(string Path, int Decodings)> seen = [(path, 0)];
        Queue<(string Path, int Decodings)> open = new(seen);
        int characters = 0;
        while (open.TryDequeue(out (string Path, int Decodings) reading))
        {
            characters += reading.Path.Length;
            if (HasControl(reading.Path) || seen.Count > Most || characters > MostCharacters) return null;
            Add(reading, BackslashesTurned(reading.Path), reading.Decodings);
            Add(reading, WithoutParameters(reading.Path), reading.Decodings);
            Add(reading, SegmentsTrimmed(reading.Path), reading.Decodings);
            Add(reading, SlashesMerged(reading.Path), reading.Decodings);
            Add(reading, WithoutDotSegments(reading.Path), reading.Decodings);
            Add(reading, UpToQuery(reading.Path), reading.Decodings);
            // One without escapes stays as it is, however often it is decoded.
            if (reading.Decodings < 2 && LenientDecoding.TryStrict(reading.Path, out string decoded, out _))
                Add(reading, decoded, reading.Decodings + 1);
        }
        return seen.Select(reading => reading.Path).ToHashSet(StringComparer.Ordinal);

        void Add((string Path, int Decodings) of, string path, int decodings)
        {
            // Most leave most paths as they are.
            if (ReferenceEquals(path, of.Path)) return;
            if (seen.Add((path, decodings))) open.Enqueue((path, decodings));
        }
    }

    private static bool HasControl(string path)
        => path.AsSpan().ContainsAnyInRange('\0', '\x1F') || path.AsSpan().ContainsAnyInRange('\x7F', '\x9F');

    private static string BackslashesTurned(string path) => path.Replace('\\', '/');

    private static string WithoutParameters(string path)
    {
        if (!path.Contains(';')) return path;
        char[] kept = ArrayPool<char>.Shared.Rent(path.Length);
        int length = 0;
        bool parameters = false;
        foreach (char c in path)
        {
            parameters = c == ';' || (parameters && c != '/');
            if (!parameters) kept[length++] = c;
        }
        return Done(kept, length);
    }

    // As Windows names files. Dot segments are something else.
    private static string SegmentsTrimmed(string path)
    {
        if (!path.AsSpan().ContainsAny('.', ' ')) return path;
        char[] kept = ArrayPool<char>.Shared.Rent(path.Length + 1);
        int length = 0, segment = 0;
        foreach (char c in path)
        {
            if (c == '/')
            {
                length = TrimmedLength(kept, segment, length);
                segment = length + 1;
            }
            kept[length++] = c;
        }
        return Done(kept, TrimmedLength(kept, segment, length));
    }

    private static int TrimmedLength(char[] kept, int segment, int length)
    {
        int trimmed = length;
        while (trimmed > segment && kept[trimmed - 1] is '.' or ' ') trimmed--;
        if (trimmed > segment) return trimmed;
        while (length > segment && kept[length - 1] == ' ') length--;
        return length;
    }

    private static string SlashesMerged(string path)
    {
        if (!path.Contains("//")) return path;
        char[] kept = ArrayPool<char>.Shared.Rent(path.Length);
        int length = 0;
        foreach (char c in path)
            if (c != '/' || length == 0 || kept[length - 1] != '/') kept[length++] = c;
        return Done(kept, length);
    }

    // RFC 3986 section 5.2.4; what would climb above the root stays at the root.
    private static string WithoutDotSegments(string path)
    {
        if (!path.Contains("/.")) return path;
        char[] kept = ArrayPool<char>.Shared.Rent(path.Length + 1);
        int length = 0;
        for (int start = path.IndexOf('/') + 1; ;)
        {
            int begin = length;
            kept[length++] = '/';
            int at = start;
            while (at < path.Length && path[at] != '/') kept[length++] = path[at++];
            bool isDot = kept.AsSpan(begin + 1, length - begin - 1) is "." or "..";
            if (isDot) length = kept.AsSpan(begin, length - begin) is "/.." ? Math.Max(kept.AsSpan(0, begin).LastIndexOf('/'), 0) : begin;
            if (at == path.Length)
            {
                if (isDot) kept[length++] = '/';
                return Done(kept, length);
            }
            start = at + 1;
        }
    }

    private static string Done(char[] kept, int length)
    {
        string path = new(kept, 0, length);
        ArrayPool<char>.Shared.Return(kept);
        return path;
    }

    private static string UpToQuery(string path)
    {
        int end = path.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? path : path[..end];
    }
}
