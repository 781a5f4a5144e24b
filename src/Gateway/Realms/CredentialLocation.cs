namespace Gateway.Realms;

/// <summary>Where in a request a realm's tokens stand.</summary>
/// <param name="Name">Of the header (any case), the cookie or the query parameter (both exact).</param>
/// <param name="Scheme">With a header: the word before the token; null means that the whole value is the token.</param>
internal sealed record CredentialLocation(CredentialLocationKind Kind, string Name, string? Scheme = null)
{
    /// <summary>A cookie that may come in chunks.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Tells whether the same credential would fill two locations: header names and schemes match in any case.</summary>
    public bool IsSame(CredentialLocation other) => Kind == other.Kind && HasName(other.Kind, other.Name)
        && string.Equals(Scheme, other.Scheme, StringComparison.OrdinalIgnoreCase);

    public bool HasName(CredentialLocationKind kind, string name) => Kind == kind
        && string.Equals(Name, name, kind == CredentialLocationKind.Header ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    public override string ToString() => Kind switch
    {
        CredentialLocationKind.Header => Scheme is null ? $"header {Name}" : $"header {Name} with scheme {Scheme}",
        CredentialLocationKind.Cookie => $"cookie {Name}",
        _ => $"query parameter {Name}",
    };
}
