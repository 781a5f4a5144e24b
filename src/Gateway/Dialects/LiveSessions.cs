using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects;

/// <summary>The sessions of the registry that are still good, for lists and counts.</summary>
internal sealed class LiveSessions(SessionRegistry registry, RevocationIndex index, TimeProvider time)
{
    private const int PageSize = 100_000;

    /// <summary>The live ones, newest first.</summary>
    public async Task<List<SeenSession>> List(SessionFilter filter, CancellationToken cancellation)
    {
        List<SeenSession> sessions = await All(filter, cancellation);
        sessions.RemoveAll(session => !IsLive(session));
        return sessions;
    }

    /// <summary>Those that have ended too, newest first.</summary>
    public async Task<List<SeenSession>> All(SessionFilter filter, CancellationToken cancellation)
    {
        List<SeenSession> sessions = [];
        IReadOnlyList<SeenSession> page;
        do
        {
            page = await registry.List(filter, sessions.Count, PageSize, cancellation);
            sessions.AddRange(page);
        }
        while (page.Count == PageSize);
        return [.. sessions.OrderByDescending(session => session.FirstSeen).ThenBy(session => session.Id, StringComparer.Ordinal)];
    }

    public ValueTask<SeenSession?> Find(string realm, string id, CancellationToken cancellation) => registry.Find(realm, id, cancellation);

    public DateTimeOffset Now => time.GetUtcNow();

    public bool IsLive(SeenSession session) => !IsRevoked(session) && !(session.ExpiresAt <= time.GetUtcNow());

    /// <summary>Whether a session was ended by its id, whoever has seen it.</summary>
    public bool IsRevoked(string realm, string id) => index.IsRevoked(new SessionIdentity(realm, id, authenticatedAt: DateTimeOffset.MaxValue));

    public bool IsRevoked(SeenSession session) => index.IsRevoked(session.ToIdentity());
}
