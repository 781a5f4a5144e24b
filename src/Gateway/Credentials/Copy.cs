using Gateway.Http;

namespace Gateway.Credentials;

/// <summary>One occurrence of a credential that some back end could read: where it stands, its characters as sent, and how it is taken
/// out of the request without touching anything else.</summary>
/// <param name="Location">The location that it fills.</param>
/// <param name="Reader">Whose tokens stand there on this route; null where only realms have it that the route does not read.</param>
/// <param name="Source">What holds its characters: a header's line, or the query.</param>
/// <param name="Place">Its own place, or one where only some reader looks.</param>
internal readonly record struct Copy(NamedLocation Location, Reader? Reader, string Source, int Start, int Length, CopyPlace Place)
{
    /// <summary>Takes out the whole header line.</summary>
    public const int WholeLine = int.MaxValue;

    /// <summary>It cannot be taken out alone.</summary>
    public const int Inseparable = -1;

    /// <summary>The header that holds it; null is the query.</summary>
    public string? Header { get; init; }

    /// <summary>Which of the header's lines.</summary>
    public int Line { get; init; }

    /// <summary>Which part of the line, or of the query, is taken out: by its number between the dividers of the location.</summary>
    public int Part { get; init; } = Inseparable;

    /// <summary>Line and part of the other pieces of a cookie that comes in chunks; null for anything else.</summary>
    public IReadOnlyList<(int Line, int Part)>? Chunks { get; init; }

    /// <summary>Pieces of it are missing, so that nobody can read it.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Where a reader with more dividers ends the value; 0 where all agree.</summary>
    public int ShorterLength { get; init; }

    /// <summary>
    /// It stands at a location of realms that the route does not read (reading rule 5): it is taken out without a look at it.
    /// </summary>
    public bool IsOfOtherRealms => Reader is null && Place == CopyPlace.Exact;

    public bool IsInCookieOrQuery => Header is null or "Cookie";

    /// <summary>The cookie that it is; null for anything else.</summary>
    public RefusedCookie? Cookie => Header == "Cookie" ? new(Location.Name, Location.IsChunked) : null;

    public ReadOnlySpan<char> Text => Source.AsSpan(Start, Length);
}
