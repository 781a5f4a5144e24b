using System.Runtime.InteropServices;
using System.Text;
using Gateway.Sessions;
using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>The sessions that were seen, in the store file of one machine.</summary>
internal sealed class SqliteSessionStore(SqliteDatabase database, SessionsOptions options) : ISessionStore
{
    // An urgent write waits for one batch of these at most.
    private const int DeletedAtATime = 500;
    private const string Columns =
        "realm, id, subject, client, second_client, first_seen, last_seen, authenticated_at, issued_at, expires_at, address, user_agent, "
            + "host, token, lineage";

    public Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation) => database.WriteAsync(session =>
    {
        foreach (SeenSession seen in sessions) Upsert(session, seen);
        return sessions.Count;
    }, cancellation);

    public ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation)
        => ValueTask.FromResult(database.Read(session =>
        session.Rows($"SELECT {Columns} FROM sessions WHERE realm = $1 AND id = $2", Row, realm, id).FirstOrDefault()));

    public ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
        CancellationToken cancellation)
    {
        (string where, List<object?> values) = Where(filter, now);
        values.AddRange([count, offset]);
        return ValueTask.FromResult<IReadOnlyList<SeenSession>>(database.Read(session => session.Rows(
            $"SELECT {Columns} FROM sessions WHERE {where} ORDER BY last_seen DESC, realm, id LIMIT ${values.Count - 1} OFFSET "
                + $"${values.Count}", Row, CollectionsMarshal.AsSpan(values))));
    }

    public Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
    {
        (string where, List<object?> values) = Where(filter, now);
        database.Read(session =>
        {
            session.Each($"SELECT {Columns} FROM {Table(filter)} WHERE {where}", row =>
            {
                cancellation.ThrowIfCancellationRequested();
                visit(Row(row));
            }, CollectionsMarshal.AsSpan(values));
            return true;
        });
        return Task.CompletedTask;
    }

    public ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation)
    {
        (string where, List<object?> values) = Where(filter, now);
        return ValueTask.FromResult(database.Read(session =>
            (int)(long)session.Value($"SELECT count(*) FROM {Table(filter)} WHERE {where}", CollectionsMarshal.AsSpan(values))!));
    }

    public async Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        long unseenSince = (now - options.ForgetAfter).ToUnixTimeMicroseconds();
        while (await database.WriteAsync(session => session.Run(
            $"DELETE FROM sessions WHERE (realm, id) IN (SELECT realm, id FROM sessions WHERE last_seen <= $1 AND coalesce(expires_at, 0) "
                + $"<= $2 LIMIT {DeletedAtATime})",
            unseenSince, now.ToUnixTimeMilliseconds()), cancellation) == DeletedAtATime) { }

        long over = database.Read(session => (long)session.Value("SELECT count(*) FROM sessions")!) - options.Capacity;
        for (; over > 0; over -= DeletedAtATime)
        {
            await database.WriteAsync(session => session.Run(
                "DELETE FROM sessions WHERE (realm, id) IN (SELECT realm, id FROM sessions ORDER BY last_seen LIMIT $1)",
                Math.Min(over, DeletedAtATime)), cancellation);
        }
    }

    // Without an order to keep, SQLite would rather read a whole realm than a subject's few.
    private static string Table(SessionFilter filter)
        => filter is { Realm: not null, Subject: not null } ? "sessions INDEXED BY sessions_subject" : "sessions";

    private (string Where, List<object?> Values) Where(SessionFilter filter, DateTimeOffset now)
    {
        StringBuilder where = new("(expires_at > $1 OR (expires_at IS NULL AND last_seen > $2))");
        List<object?> values = [now.ToUnixTimeMilliseconds(), (now - options.ForgetAfter).ToUnixTimeMicroseconds()];
        void And(string condition, string? value)
        {
            if (value is null) return;
            values.Add(value);
            where.Append(" AND ").Append(condition.Replace("$n", "$" + values.Count));
        }
        And("realm = $n", filter.Realm);
        And("subject = $n", filter.Subject);
        And("(client = $n OR second_client = $n)", filter.Client);
        And(
            "(id LIKE $n ESCAPE '!' OR subject LIKE $n ESCAPE '!' OR client LIKE $n ESCAPE '!' OR address LIKE $n ESCAPE '!' OR "
                + "user_agent LIKE $n ESCAPE '!' OR host LIKE $n ESCAPE '!')",
            filter.Search is null ? null : "%" + filter.Search.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_") + "%");
        return (where.ToString(), values);
    }

    // As SeenSession.With says.
    private static void Upsert(SqliteSession session, SeenSession seen) => session.Run(
        $"""
        INSERT INTO sessions ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT DO UPDATE SET
            first_seen = min(first_seen, excluded.first_seen),
            expires_at = max(expires_at, excluded.expires_at),
            subject = iif(excluded.last_seen >= last_seen, excluded.subject, subject),
            client = iif(excluded.last_seen >= last_seen, excluded.client, client),
            second_client = iif(excluded.last_seen >= last_seen, excluded.second_client, second_client),
            authenticated_at = iif(excluded.last_seen >= last_seen, excluded.authenticated_at, authenticated_at),
            issued_at = iif(excluded.last_seen >= last_seen, excluded.issued_at, issued_at),
            address = iif(excluded.last_seen >= last_seen, excluded.address, address),
            user_agent = iif(excluded.last_seen >= last_seen, excluded.user_agent, user_agent),
            host = iif(excluded.last_seen >= last_seen, excluded.host, host),
            token = iif(excluded.last_seen >= last_seen, excluded.token, token),
            lineage = iif(excluded.last_seen >= last_seen, excluded.lineage, lineage),
            last_seen = max(last_seen, excluded.last_seen)
        """,
        seen.Realm, seen.Id, seen.Subject, seen.Client, seen.SecondClient, seen.FirstSeen.ToUnixTimeMicroseconds(),
        seen.LastSeen.ToUnixTimeMicroseconds(),
        seen.AuthenticatedAt?.ToUnixTimeMilliseconds(), seen.IssuedAt?.ToUnixTimeMilliseconds(), seen.ExpiresAt?.ToUnixTimeMilliseconds(),
        seen.Address, seen.UserAgent, seen.Host, seen.IsToken ? 1L : null, seen.Lineage);

    private static SeenSession Row(SqliteDataReader row) => new()
    {
        Realm = row.GetString(0),
        Id = row.GetString(1),
        Subject = Text(row, 2),
        Client = Text(row, 3),
        SecondClient = Text(row, 4),
        FirstSeen = Microseconds.ToInstant(row.GetInt64(5)),
        LastSeen = Microseconds.ToInstant(row.GetInt64(6)),
        AuthenticatedAt = Instant(row, 7),
        IssuedAt = Instant(row, 8),
        ExpiresAt = Instant(row, 9),
        Address = Text(row, 10),
        UserAgent = Text(row, 11),
        Host = Text(row, 12),
        IsToken = !row.IsDBNull(13),
        Lineage = Text(row, 14),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Instant(SqliteDataReader row, int column)
        => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
