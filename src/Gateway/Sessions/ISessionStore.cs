using Gateway.Revocation;

namespace Gateway.Sessions;

/// <summary>Where the sessions that were seen are kept. Two implementations: a table in the store file, hashes in Redis that
/// the whole cluster shares. A session is listed until it expires, or without an expiry until it has not been seen for
/// <c>Sessions:ForgetAfter</c>.</summary>
internal interface ISessionStore
{
    /// <summary>Adds or updates, each as <see cref="SeenSession.With"/> says.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot take it now.</exception>
    Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation);

    /// <summary>Gives one session, also when it has expired but is still kept.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation);

    /// <summary>Gives those listed at <paramref name="now"/>, seen last first; equal instants by realm and id.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
        CancellationToken cancellation);

    /// <summary>Goes once over all that are listed at <paramref name="now"/>, in no order, without holding them in memory.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation);

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// Deletes what is no longer kept: what was not seen for <c>ForgetAfter</c>, and beyond <c>Capacity</c> the longest unseen.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation);
}
