using Gateway.Enforcement;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects;

/// <summary>The sessions of the registry and which of them are still good, for lists and counts.</summary>
internal sealed class LiveSessions(SessionRegistry registry, SessionGate gate, TimeProvider time) : IDisposable
{
    // A list of everybody's sessions goes over the whole registry. One at a time: however many administrators ask, it takes
    // one thread and the memory of one answer.
    private readonly SemaphoreSlim _everybody = new(1);

    /// <summary>Goes over all that match, in no order, those that were revoked too.</summary>
    /// <exception cref="StoreUnavailableException">The registry cannot be read now.</exception>
    public async Task WalkAsync(SessionFilter filter, Action<SeenSession> visit, CancellationToken cancellation)
    {
        if (filter.Subject is not null)
        {
            await registry.WalkAsync(filter, visit, cancellation);
            return;
        }
        await _everybody.WaitAsync(cancellation);
        try { await registry.WalkAsync(filter, visit, cancellation); }
        finally { _everybody.Release(); }
    }

    /// <summary>Tells how many live sessions match.</summary>
    /// <exception cref="StoreUnavailableException">The registry cannot be read now.</exception>
    public async Task<int> CountAsync(SessionFilter filter, CancellationToken cancellation)
    {
        int count = 0;
        await WalkAsync(filter, session => count += IsLive(session) ? 1 : 0, cancellation);
        return count;
    }

    /// <summary>Lists them, newest first, equal ones by id.</summary>
    public static int Newest(SeenSession a, SeenSession b)
        => b.FirstSeen.CompareTo(a.FirstSeen) is not 0 and var order ? order : string.CompareOrdinal(a.Id, b.Id);

    public ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation)
        => registry.FindAsync(realm, id, cancellation);

    public DateTimeOffset Now => time.GetUtcNow();

    public bool IsLive(SeenSession session) => !IsRevoked(session) && !(session.ExpiresAt <= time.GetUtcNow());

    /// <summary>Tells whether a session was ended by its id, whoever has seen it.</summary>
    public bool IsRevoked(string realm, string id)
        => gate.RevokedBy(new SessionIdentity(realm, id, authenticatedAt: DateTimeOffset.MaxValue)) != TargetKind.None;

    public bool IsRevoked(SeenSession session) => session.ToIdentities().Any(identity => gate.RevokedBy(identity) != TargetKind.None);

    public void Dispose() => _everybody.Dispose();
}
