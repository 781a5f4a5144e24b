using System.Buffers;

namespace Gateway.Realms;

/// <summary>
/// The other spellings in which a backend could know an opaque token: percent-decoded once or twice, and encoded, with
/// digits of either case, as frameworks write cookies; and without its padding. A token of unreserved characters (RFC 3986 section 2.3) has
/// none.
/// </summary>
internal static class TokenSpellings
{
    private static readonly SearchValues<char> Unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static IReadOnlyCollection<string> Others(string token)
    {
        if (!token.AsSpan().ContainsAnyExcept(Unreserved)) return [];
        string once = Uri.UnescapeDataString(token);
        string twice = Uri.UnescapeDataString(once);
        HashSet<string> others = new(StringComparer.Ordinal);
        foreach (string plain in (ReadOnlySpan<string>)[once, twice])
        {
            string encoded = Uri.EscapeDataString(plain);
            // Without the padding as well, which a decoder of base64 does without.
            others.UnionWith([plain, encoded, LowerEscapes(encoded), plain.TrimEnd('=')]);
        }
        others.Remove(token);
        others.Remove("");
        return others;
    }

    private static string LowerEscapes(string encoded) => string.Create(encoded.Length, encoded, static (lower, from) =>
    {
        for (int at = 0; at < from.Length; at++)
        {
            bool digit = (at >= 1 && from[at - 1] == '%') || (at >= 2 && from[at - 2] == '%');
            lower[at] = digit ? char.ToLowerInvariant(from[at]) : from[at];
        }
    });
}
