using Gateway.Http;
using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Enforcement;

/// <summary>A cookie as an answer sets it (RFC 6265 section 4.1.1).</summary>
/// <param name="Value">Empty where it is deleted; put together where it comes in chunks.</param>
/// <param name="Attributes">From the first semicolon on, as they came.</param>
internal readonly record struct SetCookieLine(string Value, string Attributes)
{
    /// <summary>Gives each line of an answer that sets this cookie; one for all its chunks.</summary>
    public static IEnumerable<SetCookieLine> Of(StringValues lines, CredentialLocation cookie)
        => Together(lines.OfType<string>().Select(line =>
        {
            int semicolon = line.IndexOf(';');
            return semicolon < 0 ? (line, "") : (line[..semicolon], line[semicolon..]);
        }), cookie);

    private static IEnumerable<SetCookieLine> Together(IEnumerable<(string Pair, string Attributes)> pairs, CredentialLocation cookie)
    {
        SortedDictionary<int, string> counted = [], dotted = [];
        (int Chunks, string Attributes)? announced = null;
        string ofDotted = "";
        foreach ((string pair, string attributes) in pairs)
        {
            int equals = pair.IndexOf('=');
            if (equals < 0) continue;
            string name = pair[..equals].Trim(), value = pair[(equals + 1)..].Trim();
            if (name == cookie.Name)
            {
                if (cookie.IsChunked && CookieChunks.Announced(value) is { } chunks) announced = (chunks, attributes);
                else yield return new(value, attributes);
            }
            else if (!cookie.IsChunked || value.Length == 0) continue;
            else if (CookieChunks.NumberOf(name, cookie.Name, 'C') is { } number) counted[number] = value;
            else if (CookieChunks.NumberOf(name, cookie.Name, '.') is { } at) (dotted[at], ofDotted) = (value, attributes);
        }
        // More than are announced are left from a longer one.
        if (announced is var (most, head) && counted.Count >= most) yield return new(string.Concat(counted.Values.Take(most)), head);
        if (dotted.Count > 0) yield return new(string.Concat(dotted.Values), ofDotted);
    }
}
