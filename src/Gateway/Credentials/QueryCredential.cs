using System.Buffers;
using System.Text;
using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 3: credentials in the query. Refused are differing repeats, a name that only a lenient reader would take
/// for the credential's, and, where a query credential is configured at all, what readers divide differently: a
/// semicolon, a number sign, a second question mark.
/// </summary>
internal static class QueryCredential
{
    private static readonly SearchValues<char> Doubtful = SearchValues.Create(";#?");

    // What stands for itself in a query whatever reads it (RFC 3986 section 2.3).
    private static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>What is wrong, or null.</summary>
    /// <param name="query">With the question mark, as sent; may be empty.</param>
    /// <param name="found">One for each of <paramref name="locations"/>, in their order.</param>
    /// <param name="untidy">True when the query must be written again.</param>
    public static string? Read(string? query, NamedLocation[] locations, Span<Copy> found, out bool untidy)
    {
        untidy = false;
        if (string.IsNullOrEmpty(query) || query.Length == 1 || locations.Length == 0) return null;
        if (query.AsSpan(1).ContainsAny(Doubtful)) return "The query holds a semicolon, a number sign or a second question mark, which servers read differently. Percent-encode it.";
        int strict = 0;
        int start = 1;
        while (start <= query.Length)
        {
            int length = query.AsSpan(start).IndexOf('&');
            if (length < 0) length = query.Length - start;
            if (ReadOne(query, start, length, locations, found, ref untidy, ref strict) is { } complaint) return complaint;
            start += length + 1;
        }
        return query.Contains('%') && HidesAnother(query, locations, strict) ? "The query holds a credential in a form that only some servers would find. Send it plainly." : null;
    }

    private static string? ReadOne(string query, int start, int length, NamedLocation[] locations, Span<Copy> found, ref bool untidy, ref int strict)
    {
        ReadOnlySpan<char> parameter = query.AsSpan(start, length);
        int equals = parameter.IndexOf('=');
        ReadOnlySpan<char> name = equals < 0 ? parameter : parameter[..equals];
        for (int at = 0; at < locations.Length; at++)
        {
            NamedLocation location = locations[at];
            if (!name.SequenceEqual(location.Name))
            {
                if (!LenientName.CouldBe(name, location.Name)) continue;
                if (location.IsRead) return $"A query parameter could be taken for {location.Name}. Send it under its exact name, once.";
                untidy = true;
                continue;
            }
            strict++;
            ReadOnlySpan<char> value = equals < 0 ? default : parameter[(equals + 1)..];
            if (!location.IsRead || value.IsEmpty)
            {
                untidy = true;
                if (location.IsRead && found[at].Reader is not null) return Differing(location);
                if (location.IsRead) found[at] = new(null, query, start, 0);
                continue;
            }
            Copy one = new(location.Readers[0], query, start + equals + 1, value.Length);
            if (value.ContainsAnyExcept(Unreserved))
            {
                // A plus is a space to some; a token that is still encoded after one decoding is two tokens.
                if (value.Contains('+') || !IsEncoded(value)) return Malformed(location);
                string decoded = Uri.UnescapeDataString(value);
                if (!TokenText.IsWellFormed(decoded) || decoded.Contains('%')) return Malformed(location);
                one = new(location.Readers[0], decoded, 0, decoded.Length);
                untidy |= !value.SequenceEqual(Uri.EscapeDataString(decoded));
            }
            if (found[at].Source is null) found[at] = one;
            else if (!found[at].Token.SequenceEqual(one.Token)) return Differing(location);
            else untidy = true;
        }
        return null;
    }

    private static string Differing(NamedLocation location) => $"The query parameter {location.Name} is sent with two different values. Send one.";

    private static string Malformed(NamedLocation location) => $"The query parameter {location.Name} must hold the token, percent-encoded once.";

    private static bool IsEncoded(ReadOnlySpan<char> value)
    {
        for (int at = value.IndexOf('%'); at >= 0 && at < value.Length; at++)
            if (value[at] == '%' && (at + 2 >= value.Length || !char.IsAsciiHexDigit(value[at + 1]) || !char.IsAsciiHexDigit(value[at + 2]))) return false;
        return true;
    }

    // A reader that decodes before it divides finds parameters inside of others' values.
    private static bool HidesAnother(string query, NamedLocation[] locations, int strict)
    {
        string reading = query[1..];
        for (int decodings = 1; decodings <= 2; decodings++)
        {
            string decoded = Uri.UnescapeDataString(reading);
            if (decoded == reading) return false;
            reading = decoded;
            int count = 0;
            foreach (Range range in reading.AsSpan().SplitAny("&;?#"))
            {
                ReadOnlySpan<char> parameter = reading.AsSpan()[range];
                int equals = parameter.IndexOf('=');
                ReadOnlySpan<char> name = equals < 0 ? parameter : parameter[..equals];
                foreach (NamedLocation location in locations)
                    if (LenientName.CouldBe(name, location.Name)) count++;
            }
            if (count != strict) return true;
        }
        return false;
    }

    /// <summary>The query in normal form: each credential once, none that is empty or stripped, everything else as it was.</summary>
    public static string Normal(string query, NamedLocation[] locations, ReadOnlySpan<Copy> found)
    {
        StringBuilder normal = new();
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (Range range in query.AsSpan(1).Split('&'))
        {
            ReadOnlySpan<char> parameter = query.AsSpan(1)[range];
            int equals = parameter.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? parameter : parameter[..equals];
            string? replaced = null;
            bool dropped = false;
            for (int at = 0; at < locations.Length; at++)
            {
                if (!locations[at].IsRead) dropped |= LenientName.CouldBe(name, locations[at].Name);
                else if (name.SequenceEqual(locations[at].Name))
                {
                    dropped |= found[at].Reader is null || !written.Add(locations[at].Name);
                    replaced = dropped ? null : locations[at].Name + '=' + Uri.EscapeDataString(found[at].Token);
                }
            }
            if (dropped) continue;
            normal.Append(normal.Length == 0 ? '?' : '&');
            if (replaced is not null) normal.Append(replaced);
            else normal.Append(parameter);
        }
        return normal.ToString();
    }
}
