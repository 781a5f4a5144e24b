namespace Gateway.Revocation;

/// <summary>The ordered, durable sequence of facts; the truth from which everything else is derived. Two
/// implementations, one contract: a file on one machine, a shared log in a cluster.</summary>
internal interface IRevocationLog
{
    /// <summary>Appends durably and idempotently by <see cref="Fact.Id"/>; concurrent calls share one commit.</summary>
    /// <param name="together">What belongs to it: all or nothing of both is recorded, and its places come before the fact's own.</param>
    /// <exception cref="StoreUnavailableException">The log cannot take it now. The outcome may be unknown; a repeat with
    /// the same id is safe and returns the first position (rule R11).</exception>
    Task<Appended> AppendAsync(Fact fact, IReadOnlyList<Fact> together, CancellationToken cancellation);

    /// <summary>Gives the facts after a position, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The log cannot be read now.</exception>
    /// <exception cref="EpochEndedException">The position belongs to an epoch that is over: read from the beginning.</exception>
    /// <exception cref="UnknownFactException">An entry of a newer version: the reader stops there (rule R9).</exception>
    Task<LogPage> ReadFromAsync(LogPosition after, int limit, CancellationToken cancellation);

    /// <summary>Tells whether it holds a fact, and in which epoch: in a new one a node may still be about to give it back.</summary>
    /// <exception cref="StoreUnavailableException">The log cannot be read now.</exception>
    Task<(bool Holds, string Epoch)> HoldsAsync(Fact fact, CancellationToken cancellation);

    /// <summary>Gives the last position.</summary>
    /// <exception cref="StoreUnavailableException">The log cannot be read now.</exception>
    Task<LogPosition> HeadAsync(CancellationToken cancellation);
}
