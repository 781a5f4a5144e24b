using System.Globalization;
using Gateway.Revocation;
using Gateway.Sessions;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>The sessions that were seen, shared by the cluster. It serves lists and counts: losing it weakens no refusal.</summary>
internal sealed class RedisSessionStore(RedisConnection redis, SessionsOptions options) : ISessionStore
{
    private const int SavedAtATime = 200;
    private const int PageSize = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly RedisKey[] _keys = [redis.Key("sessions")];

    public async Task Save(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation)
    {
        foreach (SeenSession[] batch in sessions.Chunk(SavedAtATime))
            await Run(SessionScripts.Save, [.. batch.SelectMany(Arguments)], cancellation);
    }

    public async ValueTask<SeenSession?> Find(string realm, string id, CancellationToken cancellation)
    {
        RedisResult answer = await redis.General.Execute("HMGET",
            [(RedisKey)$"{redis.Prefix}:session:{realm}:{id}", "realm", "id", "subject", "client", "second", "first", "last", "authenticated", "issued", "expires", "address", "agent", "host"], Limit, cancellation);
        RedisValue[] values = (RedisValue[])answer!;
        return values[0].IsNull ? null : Read(values, 0);
    }

    public async ValueTask<IReadOnlyList<SeenSession>> List(SessionFilter filter, DateTimeOffset now, int offset, int count, CancellationToken cancellation)
    {
        List<SeenSession> found = [];
        await foreach (SeenSession session in Listed(filter, now, cancellation))
        {
            if (offset-- > 0) continue;
            found.Add(session);
            if (found.Count == count) break;
        }
        return found;
    }

    // By a cursor, not by rank: a session that is seen meanwhile changes its rank and would be missed. Redis may bring one
    // twice while it resizes the list.
    public async Task Walk(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
    {
        HashSet<IndexKey> visited = [];
        string cursor = "0";
        do
        {
            RedisResult[] page = (RedisResult[])(await Run(SessionScripts.Scan, [.. ListOf(filter), cursor, PageSize], cancellation))!;
            cursor = (string)page[0]!;
            foreach (SeenSession session in Read((RedisValue[])page[1]!))
                if (IsListed(session, now) && filter.Matches(session) && visited.Add(IndexKey.ForSession(session.Realm, session.Id))) visit(session);
        }
        while (cursor != "0");
    }

    public async ValueTask<int> Count(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation)
    {
        int count = 0;
        await Walk(filter, now, _ => count++, cancellation);
        return count;
    }

    public async Task Forget(DateTimeOffset now, CancellationToken cancellation)
    {
        object[] arguments = [(now - options.ForgetAfter).ToUnixTimeMicroseconds(), now.ToUnixTimeMilliseconds(), options.Capacity, PageSize];
        while ((int)await Run(SessionScripts.Forget, arguments, cancellation) >= PageSize) { }
    }

    // The list of one subject of one realm where the filter names both, else all; the rest of the filter is applied here.
    private static string[] ListOf(SessionFilter filter) => filter is { Realm: { } realm, Subject: { Length: > 0 } subject } ? [realm, subject] : ["", ""];

    private async IAsyncEnumerable<SeenSession> Listed(SessionFilter filter, DateTimeOffset now, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int offset = 0; ;)
        {
            RedisResult[] page = (RedisResult[])(await Run(SessionScripts.Page, [.. ListOf(filter), offset, PageSize], cancellation))!;
            int looked = (int)page[0], dropped = (int)page[1];
            foreach (SeenSession session in Read((RedisValue[])page[2]!))
                if (IsListed(session, now) && filter.Matches(session)) yield return session;
            if (looked < PageSize) yield break;
            offset += looked - dropped;
        }
    }

    private bool IsListed(SeenSession session, DateTimeOffset now)
        => session.ExpiresAt is { } expires ? expires > now : session.LastSeen > now - options.ForgetAfter;

    private Task<RedisResult> Run(RedisScript script, object[] arguments, CancellationToken cancellation)
        => redis.General.Run(script, _keys, [redis.Prefix, .. arguments], Limit, cancellation);

    // Kept as long as it may be listed, and a while unseen: counted from when it was last seen, whatever Redis' clock says.
    private IEnumerable<object> Arguments(SeenSession session)
    {
        TimeSpan kept = session.ExpiresAt - session.LastSeen is { } life && life > options.ForgetAfter ? life : options.ForgetAfter;
        return
        [
            (long)Math.Max(1, kept.TotalMilliseconds), session.Realm, session.Id, session.Subject ?? "", session.Client ?? "", session.SecondClient ?? "",
            session.FirstSeen.ToUnixTimeMicroseconds(), session.LastSeen.ToUnixTimeMicroseconds(), Milliseconds(session.AuthenticatedAt), Milliseconds(session.IssuedAt),
            Milliseconds(session.ExpiresAt), session.Address ?? "", session.UserAgent ?? "", session.Host ?? "",
        ];
    }

    private static IEnumerable<SeenSession> Read(RedisValue[] values)
    {
        for (int at = 0; at < values.Length; at += SessionScripts.Fields) yield return Read(values, at);
    }

    private static SeenSession Read(RedisValue[] values, int at) => new()
    {
        Realm = values[at]!,
        Id = values[at + 1]!,
        Subject = Text(values[at + 2]),
        Client = Text(values[at + 3]),
        SecondClient = Text(values[at + 4]),
        FirstSeen = Microseconds.ToInstant((long)values[at + 5]),
        LastSeen = Microseconds.ToInstant((long)values[at + 6]),
        AuthenticatedAt = Instant(values[at + 7]),
        IssuedAt = Instant(values[at + 8]),
        ExpiresAt = Instant(values[at + 9]),
        Address = Text(values[at + 10]),
        UserAgent = Text(values[at + 11]),
        Host = Text(values[at + 12]),
    };

    private static string Milliseconds(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "";

    private static DateTimeOffset? Instant(RedisValue value) => value.IsNullOrEmpty ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)value);

    private static string? Text(RedisValue value) => value.IsNullOrEmpty ? null : (string?)value;
}
