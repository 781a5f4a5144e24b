using System.Collections.Concurrent;
using Gateway.Revocation;

namespace Gateway.Sessions;

/// <summary>
/// The sessions that were seen. Noting is synchronous and in memory, so that a list asked for right afterwards has the
/// session; the store follows in batches. Memory holds only what the store does not have yet; should the store be away, at
/// most <c>Capacity</c> sessions, of which the longest unseen go first. A registry that lags or is lost never weakens a refusal.
/// </summary>
internal sealed partial class SessionRegistry(ISessionStore store, SessionsOptions options, TimeProvider time,
    ILogger<SessionRegistry> logger)
{
    private const int LongestAddress = 64, LongestHost = 255, LongestUserAgent = 512;
    private const int Batch = 500;

    private readonly ConcurrentDictionary<IndexKey, SeenSession> _pending = new();
    private readonly long _second = time.TimestampFrequency;
    private volatile bool _failing;

    /// <summary>How many sessions wait for the store.</summary>
    public int Pending => _pending.Count;

    /// <summary>Whether the store took what was seen, when it was given to it last.</summary>
    public bool IsWhole => !_failing;

    /// <summary>Takes note that a session is used now. A clock read and a comparison, when it was noted within the last second.
    /// An identity without a session id is listed as its token.</summary>
    public void Note(SessionIdentity identity, HttpContext context)
    {
        long now = time.GetTimestamp(), before = Volatile.Read(ref identity.NotedAt);
        if (before != 0 && now - before < _second) return;
        Volatile.Write(ref identity.NotedAt, now == 0 ? 1 : now);
        if (identity.ListedId is null || identity.IsAlias) return;
        _pending.AddOrUpdate(identity.SessionKey, static (_, seen) => seen, static (_, waiting, seen) => waiting.With(seen),
            Seen(identity, context));
    }

    public async ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation)
    {
        _pending.TryGetValue(IndexKey.ForSession(realm, id), out SeenSession? waiting);
        SeenSession? kept = await store.FindAsync(realm, id, cancellation);
        return waiting is null ? kept : kept is null ? waiting : kept.With(waiting);
    }

    /// <summary>Lists them, seen last first.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, int offset, int count,
        CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<SeenSession> waiting = await UnsavedAsync(filter, now, cancellation);
        if (waiting.Count == 0) return await store.ListAsync(filter, now, offset, count, cancellation);

        int reach = (int)Math.Min((long)offset + count + waiting.Count, int.MaxValue);
        Dictionary<(string, string), SeenSession> merged = waiting.ToDictionary(session => (session.Realm, session.Id));
        foreach (SeenSession kept in await store.ListAsync(filter, now, 0, reach, cancellation))
            merged[(kept.Realm, kept.Id)] = merged.TryGetValue((kept.Realm, kept.Id), out SeenSession? newer) ? kept.With(newer) : kept;
        return [.. merged.Values.OrderByDescending(session => session.LastSeen).ThenBy(session => session.Realm, StringComparer.Ordinal)
            .ThenBy(session => session.Id, StringComparer.Ordinal).Skip(offset).Take(count)];
    }

    /// <summary>Goes once over all that match, in no order, without holding them in memory.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async Task WalkAsync(SessionFilter filter, Action<SeenSession> visit, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        Dictionary<(string, string), SeenSession> waiting = (await UnsavedAsync(filter, now, cancellation))
            .ToDictionary(session => (session.Realm, session.Id));
        await store.WalkAsync(filter, now,
            kept => visit(waiting.Remove((kept.Realm, kept.Id), out SeenSession? newer) ? kept.With(newer) : kept), cancellation);
        foreach (SeenSession session in waiting.Values) visit(session);
    }

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async ValueTask<int> CountAsync(SessionFilter filter, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<SeenSession> waiting = await UnsavedAsync(filter, now, cancellation);
        int count = await store.CountAsync(filter, now, cancellation);
        foreach (SeenSession session in waiting)
            if (await store.FindAsync(session.Realm, session.Id, cancellation) is null) count++;
        return count;
    }

    /// <summary>Gives what waits to the store. What it cannot take waits on.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (KeyValuePair<IndexKey, SeenSession>[] batch in _pending.Chunk(Batch)) await SaveAsync(batch, cancellation);
            if (_failing) Recovered(logger);
            _failing = false;
        }
        catch (StoreUnavailableException error)
        {
            if (!_failing) Failing(logger, error.Message);
            _failing = true;
            Shed();
        }
    }

    // A list must have what was noted before it was asked for: those that it would show are saved first. Where the store cannot
    // take them, they are returned to be merged.
    private async ValueTask<List<SeenSession>> UnsavedAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation)
    {
        List<KeyValuePair<IndexKey, SeenSession>> waiting = [.. _pending.Where(pair => filter.Matches(pair.Value))];
        try
        {
            foreach (KeyValuePair<IndexKey, SeenSession>[] batch in waiting.Chunk(Batch)) await SaveAsync(batch, cancellation);
            return [];
        }
        catch (StoreUnavailableException)
        {
            return [.. waiting.Select(pair => pair.Value).Where(session => session.ExpiresAt is null || session.ExpiresAt > now)];
        }
    }

    private async Task SaveAsync(KeyValuePair<IndexKey, SeenSession>[] batch, CancellationToken cancellation)
    {
        await store.SaveAsync(Array.ConvertAll(batch, pair => pair.Value), cancellation);
        // Removes exactly what was saved: what was noted again meanwhile stays.
        foreach (KeyValuePair<IndexKey, SeenSession> pair in batch) _pending.TryRemove(pair);
    }

    private void Shed()
    {
        int over = _pending.Count - options.Capacity;
        if (over <= 0) return;
        foreach (KeyValuePair<IndexKey, SeenSession> pair in _pending.ToArray().OrderBy(pair => pair.Value.LastSeen).Take(over))
            _pending.TryRemove(pair);
    }

    private SeenSession Seen(SessionIdentity identity, HttpContext context)
    {
        // As the stores keep it, so that what is told does not change when it comes from there.
        DateTimeOffset now = Microseconds.Whole(time.GetUtcNow());
        return new()
        {
            Realm = identity.Realm,
            Id = identity.ListedId!,
            Subject = identity.Subject,
            IsToken = identity.IsToken,
            Lineage = identity.Lineage,
            Client = identity.Client,
            SecondClient = identity.SecondClient,
            FirstSeen = now,
            LastSeen = now,
            AuthenticatedAt = identity.AuthenticatedAt,
            IssuedAt = identity.IssuedAt,
            ExpiresAt = identity.ExpiresAt,
            Address = Bounded(context.Connection.RemoteIpAddress?.ToString(), LongestAddress),
            UserAgent = Bounded(context.Request.Headers.UserAgent.ToString(), LongestUserAgent),
            Host = Bounded(context.Request.Host.Value, LongestHost),
        };
    }

    private static string? Bounded(string? value, int longest)
        => string.IsNullOrEmpty(value) ? null : value.Length <= longest ? value : value[..longest];

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning,
        Message = "The sessions that were seen cannot be saved and wait in memory: {Reason}")]
    private static partial void Failing(ILogger logger, string reason);

    [LoggerMessage(EventId = 401, Level = LogLevel.Information, Message = "The sessions that were seen are saved again.")]
    private static partial void Recovered(ILogger logger);
}
