using System.Buffers;

namespace Gateway.Credentials;

/// <summary>Reading rule 4: servers that turn header names into variables (CGI, WSGI) do not tell <c>_</c> from <c>-</c>, and some
/// of them no other sign either (lighttpd, older Apache: <c>X.Token</c>). Set on a request that has such headers, by the pass over
/// its headers.</summary>
internal sealed class UnderscoreHeaders(IReadOnlyList<string> names)
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>As they would be spelled with hyphens.</summary>
    public IReadOnlyList<string> Names { get; } = [.. names.Select(Hyphenated)];

    /// <summary>Whether a name has other signs than hyphens.</summary>
    public static bool Has(string name) => name.AsSpan().ContainsAnyExcept(Plain);

    /// <summary>The name with a hyphen for every sign.</summary>
    public static string Hyphenated(string name)
        => Has(name) ? string.Create(name.Length, name, static (hyphens, from) => { for (int at = 0; at < from.Length; at++) hyphens[at] = Plain.Contains(from[at]) ? from[at] : '-'; }) : name;

    /// <summary>What is wrong, or null.</summary>
    public static string? Complaint(HttpContext context, ReadingPlan plan)
    {
        if (context.Features.Get<UnderscoreHeaders>() is not { } headers) return null;
        foreach (string name in headers.Names)
        {
            foreach (NamedLocation location in plan.Headers)
                if (IsTwin(name, location.Name)) return $"A header could be taken for {location.Name}. Send it under its exact name.";
            foreach (string companion in plan.Companions)
                if (IsTwin(name, companion)) return $"A header could be taken for {companion}. Send it under its exact name.";
        }
        return null;
    }

    private static bool IsTwin(string hyphens, string name) => string.Equals(hyphens, Hyphenated(name), StringComparison.OrdinalIgnoreCase);
}
