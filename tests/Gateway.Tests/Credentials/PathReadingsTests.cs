using Gateway.Credentials;

namespace Gateway.Tests.Credentials;

/// <summary>The readings of random paths beside those of a plain and slow model of each step.</summary>
public sealed class PathReadingsTests
{
    private static readonly string[] Pieces =
    [
        "/", "//", ".", "..", "/./", "/../", "a", "b c", " ", ";x=1", ";", "\\", "%2F", "%2e", "%5c", "%3B",
        "%252f", "%C3%A4", "ä", "%", "?", "#", "%23", ". ", ".a",
    ];

    [Fact]
    public void They_are_those_of_the_model()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int n = 0; n < 5_000; n++)
        {
            string path = "/" + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            IReadOnlyCollection<string>? readings = PathReadings.Of(path);
            HashSet<string>? model = Model(path);
            Assert.True(model is null ? readings is null : readings is not null && model.SetEquals(readings),
                $"seed {seed}, {path}: {string.Join(" | ", readings ?? [])} and not {string.Join(" | ", model ?? [])}");
        }
    }

    private static HashSet<string>? Model(string path)
    {
        if (Decode(path, strict: true) is null) return null;
        HashSet<(string Path, int Decodings)> seen = [(path, 0)];
        Queue<(string Path, int Decodings)> open = new(seen);
        while (open.TryDequeue(out (string Path, int Decodings) one))
        {
            if (one.Path.Any(char.IsControl)) return null;
            List<(string, int)> next = [.. Steps(one.Path).Select(step => (step, one.Decodings))];
            if (one.Decodings < 2 && one.Path.Contains('%') && Decode(one.Path, strict: false) is { } decoded)
                next.Add((decoded, one.Decodings + 1));
            foreach ((string, int) step in next)
                if (seen.Add(step)) open.Enqueue(step);
            if (seen.Count > 128) return null;
        }
        return [.. seen.Select(one => one.Path)];
    }

    private static IEnumerable<string> Steps(string path)
    {
        yield return path.Replace('\\', '/');
        yield return string.Join('/', path.Split('/').Select(segment => segment.Split(';')[0]));
        yield return string.Join('/', path.Split('/')
            .Select(segment => segment.Trim('.', ' ').Length == 0 ? segment.TrimEnd(' ') : segment.TrimEnd('.', ' ')));
        string merged = path;
        while (merged.Contains("//")) merged = merged.Replace("//", "/");
        yield return merged;
        yield return path.Contains("/.") ? Resolved(path) : path;
        yield return path.Split('?', '#')[0];
    }

    private static string Resolved(string path)
    {
        List<string> kept = [];
        string[] segments = path.Split('/')[1..];
        foreach (string segment in segments)
            if (segment == ".." && kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            else if (segment is not ("." or "..")) kept.Add(segment);
        if (segments[^1] is "." or "..") kept.Add("");
        return "/" + string.Join('/', kept);
    }

    private static string? Decode(string path, bool strict)
    {
        List<byte> bytes = [];
        for (int at = 0; at < path.Length; at++)
            if (path[at] != '%') bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(path[at].ToString()));
            else if (at + 2 < path.Length && char.IsAsciiHexDigit(path[at + 1]) && char.IsAsciiHexDigit(path[at + 2]))
            {
                bytes.Add(Convert.FromHexString(path.AsSpan(at + 1, 2))[0]);
                at += 2;
            }
            else if (strict) return null;
            else bytes.Add((byte)'%');
        try { return new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]); }
        catch (System.Text.DecoderFallbackException) { return null; }
    }
}
