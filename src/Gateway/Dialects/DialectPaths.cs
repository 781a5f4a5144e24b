namespace Gateway.Dialects;

/// <summary>Every path that a dialect answers on the main listener. A spelling that only a lenient backend would take for
/// one of them must not be forwarded, or a logout would pass the gateway by (reading rule 14).</summary>
internal sealed class DialectPaths(IEnumerable<Dialect> dialects)
{
    private readonly (Dialect Dialect, DialectPath Path)[] _paths =
        [.. dialects.SelectMany(dialect => dialect.Routes.Where(route => !route.Management).Select(route => (dialect, route.Path)))];

    /// <summary>Whether the path as sent is not a dialect's, while a reading of it is, in any case of its letters.</summary>
    /// <param name="sent">The path of the request target, undecoded.</param>
    /// <param name="reading">The path as some backend might read it: decoded, normalised.</param>
    public bool IsOtherSpelling(HostString host, ReadOnlySpan<char> sent, ReadOnlySpan<char> reading)
        => Names(host, reading, StringComparison.OrdinalIgnoreCase) && !Names(host, sent, StringComparison.Ordinal);

    private bool Names(HostString host, ReadOnlySpan<char> path, StringComparison comparison)
    {
        foreach ((Dialect dialect, DialectPath known) in _paths)
            if (known.Matches(path, comparison, out _) && dialect.Serves(host)) return true;
        return false;
    }
}
