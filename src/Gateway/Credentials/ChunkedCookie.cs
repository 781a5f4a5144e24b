using System.Text;
using Gateway.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>Reading rule 7: a cookie in chunks is one copy, put together as the frameworks do that cut it up.</summary>
internal static class ChunkedCookie
{
    private readonly record struct Piece(string Value, int Line, int Part);

    public static void Find(StringValues lines, NamedLocation location, ref CopyList found)
    {
        List<(int Announced, Piece Header)> headers = [];
        SortedDictionary<int, Piece> counted = [], dotted = [];
        for (int line = 0; line < lines.Count; line++)
        {
            int part = -1;
            foreach (Range range in (lines[line] ?? "").AsSpan().Split(';'))
            {
                part++;
                ReadOnlySpan<char> cookie = lines[line].AsSpan()[range].Trim(" \t");
                int equals = cookie.IndexOf('=');
                if (equals < 0) continue;
                ReadOnlySpan<char> name = cookie[..equals], value = cookie[(equals + 1)..];
                if (name.SequenceEqual(location.Name))
                {
                    if (CookieChunks.Announced(value) is { } announced) headers.Add((announced, new("", line, part)));
                }
                else if (CookieChunks.NumberOf(name, location.Name, 'C') is { } number) Add(counted, number, value, line, part);
                else if (CookieChunks.NumberOf(name, location.Name, '.') is { } at) Add(dotted, at, value, line, part);
            }
        }
        Piece[] run = [.. Run(counted, first: 1)];
        foreach ((int announced, Piece header) in headers)
        {
            // Each is put together anew; at one too many the request is refused.
            if (found.Crowded == location) return;
            found.Add(Together(location, [header, .. run.Take(announced)], isWhole: run.Length >= announced && announced > 0));
        }
        Piece[] dots = [.. Run(dotted, first: 0)];
        if (dots.Length > 0) found.Add(Together(location, dots, isWhole: true));
    }

    // A second one of the same number could be read in its place: then nobody knows what is read, and it counts as missing.
    private static void Add(SortedDictionary<int, Piece> pieces, int number, ReadOnlySpan<char> value, int line, int part)
    {
        if (!pieces.TryAdd(number, new(value.ToString(), line, part))) pieces[number] = pieces[number] with { Value = "" };
    }

    private static IEnumerable<Piece> Run(SortedDictionary<int, Piece> pieces, int first)
    {
        for (int number = first; pieces.TryGetValue(number, out Piece piece) && piece.Value.Length > 0; number++) yield return piece;
    }

    private static Copy Together(NamedLocation location, Piece[] pieces, bool isWhole)
    {
        StringBuilder whole = new();
        foreach (Piece piece in pieces) whole.Append(piece.Value);
        return new(location, location.OnlyReader, whole.ToString(), 0, whole.Length, CopyPlace.Exact)
        {
            Header = "Cookie", Line = pieces[0].Line, Part = pieces[0].Part, IsBroken = !isWhole,
            Chunks = [.. pieces.Skip(1).Select(piece => (piece.Line, piece.Part))],
        };
    }
}
