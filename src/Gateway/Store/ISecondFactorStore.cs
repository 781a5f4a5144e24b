using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>
/// What second factors need for a while, of a store that all nodes share: values that change only by compare-and-set, so that a
/// code counts once whichever node it reaches, and tickets for guesses. If it is lost, somebody is asked once more. Two
/// implementations, one contract: SQLite, Redis. Values are encrypted before they come here; keys are not.
/// </summary>
internal interface ISecondFactorStore
{
    /// <returns>Null when there is none.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task<string?> ReadAsync(string key, CancellationToken cancellation);

    /// <summary>Sets the value if the present one is exactly <paramref name="expected"/>; null stands for none, on either side.</summary>
    /// <param name="until">May be forgotten from then on, and not before. Readers check the instant themselves.</param>
    /// <returns>False when another value stands there; nothing has changed.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now. The outcome may be unknown.</exception>
    Task<bool> ReplaceAsync(string key, string? expected, string? value, DateTimeOffset until, CancellationToken cancellation);

    /// <summary>Takes a ticket, of which a bucket has so many in any span of that length.</summary>
    /// <param name="ticket">A name of its own, for <see cref="GiveBackAsync"/>.</param>
    /// <returns>False when all are taken; then none was taken.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    Task<bool> TakeAsync(string bucket, string ticket, int limit, TimeSpan within, CancellationToken cancellation);

    /// <summary>Gives a ticket back, as if it had not been taken.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    Task GiveBackAsync(string bucket, string ticket, CancellationToken cancellation);
}
