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
            string? cookie = companion.Cookie is { } name ? Cookies(headers.Cookie, name).FirstOrDefault() : null;
            string? header = headers.TryGetValue(companion.Header, out StringValues found) && found.Count > 0 ? found.ToString() : null;
            values[at] = location == CredentialLocationKind.Cookie ? cookie ?? header : header ?? cookie;
        }
        return values;
    }

    /// <summary>Gives each value of a cookie, in their order (RFC 6265 section 5.4); quotes around one are taken off.</summary>
    public static IEnumerable<string> Cookies(StringValues lines, string name)
    {
        foreach (string? line in lines)
        {
            foreach (string part in (line ?? "").Split(';'))
            {
                int equals = part.IndexOf('=');
                if (equals < 0 || part[..equals].Trim() != name) continue;
                string value = part[(equals + 1)..].Trim();
                yield return value is ['"', .. var inner, '"'] ? inner : value;
            }
        }
    }
}
