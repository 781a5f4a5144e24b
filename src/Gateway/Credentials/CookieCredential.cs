using System.Buffers;
using System.Text;
using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 2: credentials in cookies, across all Cookie headers and HTTP/2 crumbs. The same name twice with different
/// values, a quoted value, and a name that only a lenient reader would take for the credential's are refused.
/// </summary>
internal static class CookieCredential
{
    private static readonly SearchValues<char> Dividers = SearchValues.Create(" \t,\"'&=");

    /// <summary>What is wrong, or null.</summary>
    /// <param name="found">One for each of <paramref name="locations"/>, in their order.</param>
    /// <param name="untidy">True when the header must be written again: a repeat, an empty one, or a stripped one.</param>
    public static string? Read(StringValues values, NamedLocation[] locations, Span<Copy> found, out bool untidy)
    {
        untidy = false;
        foreach (string? value in values)
        {
            if (value is null) continue;
            int start = 0;
            while (start <= value.Length)
            {
                int length = value.AsSpan(start).IndexOf(';');
                if (length < 0) length = value.Length - start;
                if (ReadOne(value, start, length, locations, found, ref untidy) is { } complaint) return complaint;
                start += length + 1;
            }
        }
        return null;
    }

    private static string? ReadOne(string source, int start, int length, NamedLocation[] locations, Span<Copy> found, ref bool untidy)
    {
        ReadOnlySpan<char> cookie = source.AsSpan(start, length).TrimStart(" \t");
        start += length - cookie.Length;
        cookie = cookie.TrimEnd(" \t");
        if (cookie.IsEmpty) return null;
        int equals = cookie.IndexOf('=');
        ReadOnlySpan<char> name = equals < 0 ? cookie : cookie[..equals];
        for (int at = 0; at < locations.Length; at++)
        {
            NamedLocation location = locations[at];
            if (equals >= 0 && name.SequenceEqual(location.Name))
            {
                ReadOnlySpan<char> value = cookie[(equals + 1)..];
                if (!location.IsRead || value.IsEmpty)
                {
                    untidy = true;
                    // An empty one beside a full one is two values.
                    if (location.IsRead && found[at].Reader is not null) return Differing(location);
                    if (location.IsRead) found[at] = new(null, source, start, 0);
                    continue;
                }
                if (!TokenText.IsWellFormed(value)) return $"The cookie {location.Name} must hold the token as it is: not quoted, and without spaces.";
                Copy one = new(location.Readers[0], source, start + equals + 1, value.Length);
                if (found[at].Source is null) found[at] = one;
                else if (!found[at].Token.SequenceEqual(value)) return Differing(location);
                else untidy = true;
            }
            else if (CouldHold(cookie, name, location.Name))
            {
                if (location.IsRead) return $"A cookie could be taken for {location.Name}. Send it under its exact name, once.";
                untidy = true;
            }
        }
        return null;
    }

    private static string Differing(NamedLocation location) => $"The cookie {location.Name} is sent with two different values. Send one.";

    // By its own name, or by what a reader that divides at other characters than the semicolon would find inside.
    private static bool CouldHold(ReadOnlySpan<char> cookie, ReadOnlySpan<char> name, string wanted)
    {
        if (LenientName.CouldBe(name, wanted)) return true;
        ReadOnlySpan<char> rest = cookie;
        for (int at = rest.IndexOf(wanted, StringComparison.OrdinalIgnoreCase); at >= 0; at = rest.IndexOf(wanted, StringComparison.OrdinalIgnoreCase))
        {
            bool begins = at == 0 || Dividers.Contains(rest[at - 1]);
            rest = rest[(at + wanted.Length)..];
            if (begins && rest.TrimStart(" \t\"'").StartsWith("=")) return true;
        }
        return false;
    }

    /// <summary>The Cookie header in normal form: one line, each credential once, none that is empty or stripped.</summary>
    public static string Normal(StringValues values, NamedLocation[] locations)
    {
        StringBuilder normal = new();
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (string? value in values)
        {
            foreach (Range range in (value ?? "").AsSpan().Split(';'))
            {
                ReadOnlySpan<char> cookie = value.AsSpan()[range].Trim(" \t");
                if (cookie.IsEmpty || IsDropped(cookie, locations, written)) continue;
                if (normal.Length > 0) normal.Append("; ");
                normal.Append(cookie);
            }
        }
        return normal.ToString();
    }

    private static bool IsDropped(ReadOnlySpan<char> cookie, NamedLocation[] locations, HashSet<string> written)
    {
        int equals = cookie.IndexOf('=');
        ReadOnlySpan<char> name = equals < 0 ? cookie : cookie[..equals];
        foreach (NamedLocation location in locations)
        {
            if (!location.IsRead && CouldHold(cookie, name, location.Name)) return true;
            if (location.IsRead && name.SequenceEqual(location.Name)) return equals == cookie.Length - 1 || !written.Add(location.Name);
        }
        return false;
    }
}
