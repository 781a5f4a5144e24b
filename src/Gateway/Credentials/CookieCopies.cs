using System.Buffers;
using Gateway.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>Reading rule 2: every occurrence of a credential in the Cookie headers and HTTP/2 crumbs, under its own name, under a
/// look-alike, and within a value that some reader divides at commas, spaces, quotes, ampersands or a second equals sign.</summary>
internal static class CookieCopies
{
    private static readonly SearchValues<char> Dividers = SearchValues.Create(" \t,\"'&=");
    private static readonly SearchValues<char> Around = SearchValues.Create(" \t\"'");
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t,\"'&");

    public static void Find(StringValues lines, NamedLocation[] locations, ref CopyList found)
    {
        foreach (NamedLocation location in locations)
            if (location.IsChunked) ChunkedCookie.Find(lines, location, ref found);
        for (int line = 0; line < lines.Count; line++)
        {
            if (lines[line] is not { } text) continue;
            int part = 0;
            for (int start = 0; start <= text.Length; part++)
            {
                int length = text.AsSpan(start).IndexOf(';');
                if (length < 0) length = text.Length - start;
                FindInPart(text, start, length, line, part, locations, ref found);
                start += length + 1;
            }
        }
    }

    private static void FindInPart(string text, int start, int length, int line, int part, NamedLocation[] locations, ref CopyList found)
    {
        ReadOnlySpan<char> cookie = text.AsSpan(start, length);
        int blanks = length - cookie.TrimStart(" \t").Length;
        start += blanks;
        cookie = cookie.Trim(" \t");
        int equals = cookie.IndexOf('=');
        if (equals < 0) return;
        ReadOnlySpan<char> name = cookie[..equals];
        int at = start + equals + 1;
        int size = cookie.Length - equals - 1;
        int shorter = Shorter(cookie[(equals + 1)..]);
        bool isEscaped = name.Contains('%');
        foreach (NamedLocation location in locations)
        {
            bool exact = name.SequenceEqual(location.Name);
            if (!exact && !location.Folded.IsLike(name) && !(isEscaped && location.Folded.Matches(name))) continue;
            // Reading rule 7: what only says how many chunks there are is no id, and chunks are read as one.
            if (exact && CookieChunks.Announced(cookie[(equals + 1)..]) is not null) continue;
            if (location.IsChunked && CookieChunks.IsChunk(name, location.Name)) continue;
            if (size > 0)
                found.Add(new(location, location.OnlyReader, text, at, size, exact ? CopyPlace.Exact : CopyPlace.LookAlike)
                    { Header = "Cookie", Line = line, Part = part, ShorterLength = shorter });
        }
        if (cookie.ContainsAny(Ends) || cookie[(equals + 1)..].Contains('=')) FindWithin(text, start, cookie, line, locations, ref found);
    }

    // What a reader finds that divides at more than semicolons. It is part of another's value, so it cannot be taken out alone.
    private static void FindWithin(string text, int start, ReadOnlySpan<char> cookie, int line, NamedLocation[] locations,
        ref CopyList found)
    {
        for (int at = 0; at < cookie.Length;)
        {
            int end = cookie[at..].IndexOfAny(Dividers);
            if (end < 0) return;
            end += at;
            // The first name stands for itself and was read. Only behind a name that is looked for is the rest looked at, or a cookie of
            // many dividers would be gone over once for each of them.
            if (at > 0 && end > at)
                foreach (NamedLocation location in locations)
                    if (location.Folded.Matches(cookie[at..end])) AddWithin(text, start, cookie, end, line, location, ref found);
            at = end + 1;
        }
    }

    // Blanks and quotes around a name and its value are taken off by whoever divides so.
    private static void AddWithin(string text, int start, ReadOnlySpan<char> cookie, int end, int line, NamedLocation location,
        ref CopyList found)
    {
        int equals = end + cookie[end..].IndexOfAnyExcept(Around);
        int value = equals + 1;
        if (found.Crowded is not null || equals < end || cookie[equals] != '=' || value >= cookie.Length) return;
        value += Math.Max(cookie[value..].IndexOfAnyExcept(Around), 0);
        int shorter = Shorter(cookie[value..]);
        found.Add(new(location, location.OnlyReader, text, start + value, cookie.Length - value, CopyPlace.LookAlike)
            { Header = "Cookie", Line = line, ShorterLength = shorter });
    }

    // Where a reader with more dividers ends the value; 0 where all agree. Blanks and quotes before it end nothing.
    private static int Shorter(ReadOnlySpan<char> value)
    {
        int begin = Math.Max(value.IndexOfAnyExcept(Around), 0);
        int length = value[begin..].IndexOfAny(Ends);
        return length <= 0 ? 0 : begin + length;
    }
}
