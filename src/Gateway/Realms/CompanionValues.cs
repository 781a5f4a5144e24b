using Microsoft.Extensions.Primitives;

namespace Gateway.Realms;

/// <summary>Finds the companions of a token in a request.</summary>
internal static class CompanionValues
{
    /// <summary>Gives them in their order; null where the request has none. A token in a cookie has its companion in a cookie, if that is
    /// there.</summary>
    public static string?[] Of(IReadOnlyList<Companion> companions, IHeaderDictionary headers, CredentialLocationKind location)
    {
        if (companions.Count == 0) return [];
        string?[] values = new string?[companions.Count];
        for (int at = 0; at < values.Length; at++)
        {
            Companion companion = companions[at];
            string? cookie = companion.Cookie is { } name && Find(headers.Cookie, name, out _) is { IsFound: true } found
                ? found.Value.ToString() : null;
            string? header = headers.TryGetValue(companion.Header, out StringValues sent) && sent.Count > 0 ? sent.ToString() : null;
            values[at] = location == CredentialLocationKind.Cookie ? cookie ?? header : header ?? cookie;
        }
        return values;
    }

    /// <summary>Tells whether a cookie is there with two different values, of which nobody knows which one counts.</summary>
    public static bool IsAmbiguous(StringValues lines, string name)
    {
        Find(lines, name, out bool differs);
        return differs;
    }

    /// <summary>Gives each value of a cookie, in their order (RFC 6265 section 5.4); quotes around one are taken off.</summary>
    public static IEnumerable<string> Cookies(StringValues lines, string name)
    {
        foreach (string? line in lines)
            foreach (string part in (line ?? "").Split(';'))
                if (ValueIn(part, name) is { IsFound: true } found)
                    yield return found.Value.ToString();
    }

    // The first; and whether another one differs from it. Allocates nothing.
    private static Found Find(StringValues lines, string name, out bool differs)
    {
        Found first = default;
        differs = false;
        for (int at = 0; at < lines.Count; at++)
        {
            ReadOnlySpan<char> rest = lines[at];
            while (!rest.IsEmpty)
            {
                int end = rest.IndexOf(';');
                Found found = ValueIn(end < 0 ? rest : rest[..end], name);
                rest = end < 0 ? [] : rest[(end + 1)..];
                if (!found.IsFound) continue;
                if (!first.IsFound) first = found;
                else differs |= !found.Value.SequenceEqual(first.Value);
            }
        }
        return first;
    }

    private static Found ValueIn(ReadOnlySpan<char> part, string name)
    {
        int equals = part.IndexOf('=');
        if (equals < 0 || !part[..equals].Trim().SequenceEqual(name)) return default;
        ReadOnlySpan<char> value = part[(equals + 1)..].Trim();
        return new(value is ['"', .. var inner, '"'] ? inner : value);
    }

    private readonly ref struct Found(ReadOnlySpan<char> value)
    {
        public ReadOnlySpan<char> Value { get; } = value;
        public bool IsFound { get; } = true;
    }
}
