using System.Runtime.CompilerServices;
using Gateway.Revocation;
using Gateway.Sessions;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>The sessions that were seen, shared by the cluster. It serves lists and counts: losing it weakens no refusal.</summary>
internal sealed class RedisSessionStore(RedisConnection redis, RedisMemory memory, SessionsOptions options) : ISessionStore
{
    private const int SavedAtATime = 200;
    private const int PageSize = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly RedisKey[] _keys = [redis.Key("sessions")];

    public async Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation)
    {
        if (memory.Trouble is { } full) throw new StoreUnavailableException(full) { HadNoEffect = true };
        foreach (SeenSession[] batch in sessions.Chunk(SavedAtATime))
            await RunAsync(new SaveSessionsCall(redis.Prefix, batch, KeptFor), cancellation);
    }

    public async ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation)
    {
        RedisValue[] values = await redis.General.AskAsync(
            database => database.HashGetAsync($"{redis.Prefix}:session:{realm}:{id}", SessionForm.Fields), Limit, cancellation);
        return values[0].IsNull ? null : SessionForm.Read(values);
    }

    public async ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
        CancellationToken cancellation)
    {
        List<SeenSession> found = [];
        await foreach (SeenSession session in ListedAsync(filter, now, cancellation))
        {
            if (offset-- > 0) continue;
            found.Add(session);
            if (found.Count == count) break;
        }
        return found;
    }

    // By a cursor, not by rank: a session that is seen meanwhile changes its rank and would be missed. Redis may bring one
    // twice while it resizes the list.
    public async Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
    {
        HashSet<IndexKey> visited = [];
        (string realm, string subject) = ListOf(filter);
        string cursor = ScanSessionsCall.Start;
        do
        {
            (cursor, IReadOnlyList<SeenSession> sessions) = await RunAsync(
                new ScanSessionsCall(redis.Prefix, realm, subject, cursor, PageSize), cancellation);
            foreach (SeenSession session in sessions)
                if (IsListed(session, now) && filter.Matches(session) && visited.Add(IndexKey.ForSession(session.Realm, session.Id)))
                    visit(session);
        }
        while (cursor != ScanSessionsCall.Start);
    }

    public async ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation)
    {
        int count = 0;
        await WalkAsync(filter, now, _ => count++, cancellation);
        return count;
    }

    public async Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        ForgetSessionsCall call = new(redis.Prefix, now - options.ForgetAfter, now, options.Capacity, PageSize);
        while (await RunAsync(call, cancellation) >= PageSize) { }
    }

    // The list of one subject of one realm where the filter names both, else all; the rest of the filter is applied here.
    private static (string Realm, string Subject) ListOf(SessionFilter filter)
        => filter is { Realm: { } realm, Subject: { Length: > 0 } subject } ? (realm, subject) : ("", "");

    private async IAsyncEnumerable<SeenSession> ListedAsync(SessionFilter filter, DateTimeOffset now,
    [EnumeratorCancellation] CancellationToken cancellation)
    {
        (string realm, string subject) = ListOf(filter);
        for (int offset = 0; ;)
        {
            (int looked, int dropped, IReadOnlyList<SeenSession> sessions) = await RunAsync(
                new SessionPageCall(redis.Prefix, realm, subject, offset, PageSize), cancellation);
            foreach (SeenSession session in sessions)
                if (IsListed(session, now) && filter.Matches(session)) yield return session;
            if (looked < PageSize) yield break;
            offset += looked - dropped;
        }
    }

    private bool IsListed(SeenSession session, DateTimeOffset now)
        => session.ExpiresAt is { } expires ? expires > now : session.LastSeen > now - options.ForgetAfter;

    // As long as it may be listed, and a while unseen.
    private TimeSpan KeptFor(SeenSession session)
        => session.ExpiresAt - session.LastSeen is { } life && life > options.ForgetAfter ? life : options.ForgetAfter;

    private Task<T> RunAsync<T>(ScriptCall<T> call, CancellationToken cancellation)
        => redis.General.RunAsync(call, _keys, Limit, cancellation);
}
