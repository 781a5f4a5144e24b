namespace Gateway.Realms;

/// <summary>Exactly one of <see cref="Header"/>, <see cref="Cookie"/> and <see cref="Query"/>.</summary>
internal sealed record CredentialOptions
{
    public string? Header { get; init; }

    /// <summary>
    /// With <see cref="Header"/>: the scheme before the token, as in <c>Bearer</c>; null means that the whole value is the token.
    /// </summary>
    public string? Scheme { get; init; }
    public string? Cookie { get; init; }

    /// <summary>With <see cref="Cookie"/>: a value that is too long for one cookie comes in several, <c>NAME=chunks-2</c> with
    /// <c>NAMEC1</c> and <c>NAMEC2</c> (ASP.NET), or <c>NAME.0</c>, <c>NAME.1</c> (Node frameworks).</summary>
    public bool Chunked { get; init; }
    public string? Query { get; init; }

    /// <summary>Tells whether it names exactly one, as it must.</summary>
    public bool IsOne() => new[] { Header, Cookie, Query }.Count(name => name is not null) == 1;
}
