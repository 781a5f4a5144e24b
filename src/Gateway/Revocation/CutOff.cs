namespace Gateway.Revocation;

/// <summary>
/// All the cut-offs of one subject, client or realm, folded so that a look-up takes one comparison however many there
/// are: the latest one with the session it spares, and the latest among those that do not spare that session.
/// Immutable; a writer publishes a new one.
/// </summary>
/// <param name="Latest">Whole seconds since 1970 up to which (inclusive) identities are refused.</param>
/// <param name="Spares">The session that the latest cut-off spares; none when it spares nobody.</param>
/// <param name="LatestForSpared">The same bound for that session; <see cref="Never"/> when no other cut-off stands.</param>
internal sealed record CutOff(long Latest, IndexKey Spares, long LatestForSpared)
{
    public const long Never = long.MinValue;

    public static readonly CutOff None = new(Never, default, Never);

    /// <summary>Gives a new object with one more cut-off folded in.</summary>
    public CutOff With(long second, IndexKey spares)
    {
        if (Latest == Never) return new(second, spares, Never);
        if (spares == Spares) return second > Latest ? this with { Latest = second } : this;
        if (second > Latest) return new(second, spares, Latest);
        return second > LatestForSpared ? this with { LatestForSpared = second } : this;
    }

    /// <summary>Tells whether an identity authenticated in that second is refused. Without an instant it is, under any cut-off:
    /// nothing proves that it came after.</summary>
    public bool Refuses(long? authenticatedSecond, IndexKey session)
    {
        long bound = !Spares.IsNone && Spares == session ? LatestForSpared : Latest;
        return bound != Never && (authenticatedSecond is not { } second || second <= bound);
    }
}
