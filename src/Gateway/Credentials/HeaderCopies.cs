using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>Reading rule 1: every occurrence of a credential in a header. Each line is one, and each part that a reader would see who
/// splits at commas; the scheme in any case. A JWT under another scheme, or inside of <c>Basic</c>, is one as well.</summary>
internal static class HeaderCopies
{
    private static readonly SearchValues<char> Doubtful = SearchValues.Create(" \t,;\"'");
    private static readonly SearchValues<char> EndsOfScheme = SearchValues.Create(" \t:=");

    /// <param name="header">The name as it stands in the request: the location's own, or a twin of it (rule 4).</param>
    public static void Find(string header, StringValues lines, NamedLocation location, ref CopyList found)
    {
        bool isTwin = !header.Equals(location.Name, StringComparison.OrdinalIgnoreCase);
        for (int line = 0; line < lines.Count; line++)
        {
            if (lines[line] is not { Length: > 0 } text) continue;
            if (!isTwin && IsOrdinary(text, location, out Reader? reader, out int start))
                found.Add(new(location, reader, text, start, text.Length - start, CopyPlace.Exact)
                    { Header = header, Line = line, Part = Copy.WholeLine });
            else FindInParts(header, text, line, location, isTwin ? CopyPlace.LookAlike : CopyPlace.Exact, ref found);
        }
    }

    // One scheme, one space and one token; or the token alone where there is no scheme.
    private static bool IsOrdinary(string text, NamedLocation location, out Reader? reader, out int start)
    {
        foreach (Reader candidate in location.Judges)
        {
            start = candidate.Location.Scheme is { } scheme ? scheme.Length + 1 : 0;
            if (start >= text.Length || (start > 0
                && (text[start - 1] != ' ' || !text.StartsWith(candidate.Location.Scheme!, StringComparison.OrdinalIgnoreCase)))) continue;
            if (text.AsSpan(start).ContainsAny(Doubtful) || (candidate.HasJwts && !JwtForm.IsPlain(text.AsSpan(start)))) continue;
            reader = location.IsRead ? candidate : null;
            return true;
        }
        (reader, start) = (null, 0);
        return false;
    }

    private static void FindInParts(string header, string text, int line, NamedLocation location, CopyPlace place, ref CopyList found)
    {
        bool isOne = !text.Contains(',');
        int part = 0;
        for (int start = 0; start <= text.Length && found.Crowded is null; part++)
        {
            int length = text.AsSpan(start).IndexOf(',');
            if (length < 0) length = text.Length - start;
            FindInPart(header, text, start, length, line, isOne ? Copy.WholeLine : part, location, place, ref found);
            start += length + 1;
        }
    }

    private static void FindInPart(string header, string text, int start, int length, int line, int part, NamedLocation location,
        CopyPlace place, ref CopyList found)
    {
        ReadOnlySpan<char> value = text.AsSpan(start, length);
        start += value.Length - value.TrimStart(" \t").Length;
        value = value.Trim(" \t");
        if (value.IsEmpty) return;
        int end = value.IndexOfAny(EndsOfScheme);
        ReadOnlySpan<char> word = end < 0 ? default : value[..end];
        Reader? bare = null;
        foreach (Reader reader in location.Judges)
        {
            if (reader.Location.Scheme is not { } scheme)
            {
                bare = reader;
                continue;
            }
            if (!word.Equals(scheme, StringComparison.OrdinalIgnoreCase))
            {
                // A reader that cuts the word off does not ask what stands behind it.
                if (reader.HasJwts && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                    FindOtherSchemes(header, value[scheme.Length..], line, part, location, ref found);
                continue;
            }
            ReadOnlySpan<char> token = value[end..].TrimStart(" \t:=");
            if (token.IsEmpty) return;
            found.Add(new(location, location.IsRead ? reader : null, text, start + value.Length - token.Length, token.Length, place)
                { Header = header, Line = line, Part = part, ShorterLength = Shorter(token) });
            if (reader.HasJwts && JwtForm.Of(token.ToString()) is null) FindOtherSchemes(header, token, line, part, location, ref found);
            return;
        }
        if (bare is not null)
            found.Add(new(location, location.IsRead ? bare : null, text, start, value.Length, place)
                { Header = header, Line = line, Part = part, ShorterLength = Shorter(value) });
        else FindOtherSchemes(header, value, line, part, location, ref found);
    }

    // Where a reader with more dividers ends the token.
    private static int Shorter(ReadOnlySpan<char> token) => Math.Max(token.IndexOfAny(Doubtful), 0);

    private static void FindOtherSchemes(string header, ReadOnlySpan<char> value, int line, int part, NamedLocation location,
        ref CopyList found)
    {
        if (location.JwtReader is { } reader)
        {
            List<string> tokens = [];
            JwtForm.FindIn(value, tokens);
            foreach (string token in tokens) Add(reader, token, ref found);
        }
        if (location.FormlessReader is { } formless)
        {
            if (BasicCredential.Read(value) is { } basic)
            {
                Add(formless, basic.User, ref found);
                Add(formless, basic.Password, ref found);
            }
            else if (value.LastIndexOfAny(EndsOfScheme) is var end) Add(formless, value[(end + 1)..].ToString(), ref found);
        }

        void Add(Reader reader, string token, ref CopyList list)
        {
            if (token.Length > 0)
                list.Add(new(location, location.IsRead ? reader : null, token, 0, token.Length, CopyPlace.OtherScheme)
                    { Header = header, Line = line, Part = part });
        }
    }
}
