using System.Buffers;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 3: every occurrence of a credential in the query, under any division that a reader may use: <c>&amp;</c>, <c>;</c>, a
/// second <c>?</c>, <c>#</c>, and each of them after up to two decodings. The same for a path that some server divides so (rule 14).
/// </summary>
internal static class QueryCopies
{
    private static readonly SearchValues<char> Inner = SearchValues.Create(";?#");
    private static readonly SearchValues<char> Any = SearchValues.Create("&;?#");
    private static readonly SearchValues<char> OfPaths = SearchValues.Create("&;?#/");

    /// <param name="query">With the question mark, as sent; may be empty.</param>
    public static void Find(string? query, NamedLocation[] locations, ref CopyList found)
    {
        if (query is not { Length: > 1 }) return;
        int part = 0;
        for (int start = 1; start <= query.Length; part++)
        {
            int length = query.AsSpan(start).IndexOf('&');
            if (length < 0) length = query.Length - start;
            FindInParameter(query, start, length, part, locations, ref found);
            start += length + 1;
        }
    }

    private static void FindInParameter(string query, int start, int length, int part, NamedLocation[] locations, ref CopyList found)
    {
        ReadOnlySpan<char> parameter = query.AsSpan(start, length);
        int equals = parameter.IndexOf('=');
        int inner = parameter.IndexOfAny(Inner);
        bool isEscaped = parameter.Contains('%');
        if (equals >= 0 && equals + 1 < length && (inner < 0 || inner > equals))
        {
            ReadOnlySpan<char> name = parameter[..equals];
            foreach (NamedLocation location in locations)
            {
                bool exact = name.SequenceEqual(location.Name);
                if (!exact && !location.Folded.Matches(name)) continue;
                found.Add(new(location, location.OnlyReader, query, start + equals + 1, length - equals - 1,
                    exact ? CopyPlace.Exact : CopyPlace.LookAlike)
                    { Part = part, ShorterLength = inner > equals ? inner - equals - 1 : 0 });
            }
        }
        if (inner >= 0) FindWithin(query.Substring(start, length), Inner, locations, ref found);
        if (!isEscaped) return;
        string reading = query.Substring(start, length);
        for (int decodings = 0; decodings < LenientDecoding.Most; decodings++)
        {
            string decoded = LenientDecoding.Once(reading);
            if (ReferenceEquals(decoded, reading)) return;
            reading = decoded;
            // Divided only now, the first parameter ends elsewhere than it did.
            if (reading.AsSpan().ContainsAny(Any)) FindWithin(reading, Any, locations, ref found, withFirst: true);
        }
    }

    /// <summary>Tells what a server would take for a query or for parameters in a path. It cannot be taken out alone.</summary>
    public static void FindInPath(string? path, NamedLocation[] locations, ref CopyList found)
    {
        if (string.IsNullOrEmpty(path) || locations.Length == 0 || !path.AsSpan().ContainsAny('=', '%')) return;
        string reading = path;
        for (int decodings = 0; ; decodings++)
        {
            if (reading.Contains('=')) FindWithin(reading, OfPaths, locations, ref found);
            if (decodings == LenientDecoding.Most) return;
            string decoded = LenientDecoding.Once(reading);
            if (ReferenceEquals(decoded, reading)) return;
            reading = decoded;
        }
    }

    // Names behind a divider that only some reader knows. It is part of another's value, so it cannot be taken out alone.
    private static void FindWithin(string text, SearchValues<char> dividers, NamedLocation[] locations, ref CopyList found,
        bool withFirst = false)
    {
        for (int start = withFirst ? 0 : text.AsSpan().IndexOfAny(dividers) + 1; start > 0 || withFirst;)
        {
            withFirst = false;
            int next = text.AsSpan(start).IndexOfAny(dividers);
            int end = next < 0 ? text.Length : start + next;
            int equals = text.AsSpan(start, end - start).IndexOf('=');
            if (equals > 0 && start + equals + 1 < end)
            {
                ReadOnlySpan<char> name = text.AsSpan(start, equals);
                int value = start + equals + 1;
                foreach (NamedLocation location in locations)
                    if (location.Folded.Matches(name))
                        found.Add(new(location, location.OnlyReader, text, value, text.Length - value, CopyPlace.LookAlike)
                            { ShorterLength = end < text.Length ? end - value : 0 });
            }
            if (next < 0) return;
            start = end + 1;
        }
    }
}
