using System.Buffers;

namespace Gateway.Credentials;

/// <summary>Reading rule 4: servers that turn header names into variables (CGI, WSGI) do not tell <c>_</c> from <c>-</c>, and some
/// of them no other sign either (lighttpd, older Apache: <c>X.Token</c>). Set on a request that has such names, by the pass over
/// its headers.</summary>
/// <param name="names">As they stand in the request.</param>
internal sealed class OddHeaderNames(IReadOnlyList<string> names)
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>Tells whether a name has other signs than hyphens.</summary>
    public static bool IsOdd(string name) => name.AsSpan().ContainsAnyExcept(Plain);

    /// <summary>Gives the name with a hyphen for every sign.</summary>
    public static string Hyphenated(string name)
        => IsOdd(name) ? string.Create(name.Length, name, static (hyphens, from) => { for (int at = 0; at < from.Length; at++)
            hyphens[at] = Plain.Contains(from[at]) ? from[at] : '-'; }) : name;

    /// <summary>Tells whether some server takes one for the other.</summary>
    public static bool AreTwins(string one, string other)
        => string.Equals(Hyphenated(one), Hyphenated(other), StringComparison.OrdinalIgnoreCase);
}
