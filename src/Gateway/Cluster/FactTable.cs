using System.Runtime.InteropServices;
using System.Text;
using Gateway.Revocation;
using Gateway.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace Gateway.Cluster;

/// <summary>
/// The facts in the file. With the embedded log it is the log; in a cluster it is this node's copy, with which it can start
/// while Redis is away.
/// </summary>
internal sealed class FactTable(SqliteDatabase database)
{
    // An urgent write waits for one of these at most.
    private const int DeletedAtATime = 500;
    private const int PageSize = 2000;
    private const string Columns = "seq, epoch, number, body";

    /// <summary>Where the file lies.</summary>
    public string Path => database.Path;

    /// <summary>Takes in a page of another log's entries and the place up to which they were read, in one commit. An entry that
    /// is here already, from an earlier epoch, gets its new place.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be written now; nothing of it was recorded.</exception>
    public Task ReplicateAsync(IReadOnlyList<LogEntry> entries, LogPosition upTo, CancellationToken cancellation)
        => database.WriteUrgentlyAsync(session =>
    {
        long epoch = EpochKey(session, upTo.Epoch);
        foreach (LogEntry entry in entries)
            Insert(session, entry.Fact, entry.Position.Epoch == upTo.Epoch ? epoch : EpochKey(session, entry.Position.Epoch),
                entry.Position.Number);
        session.Run("INSERT INTO pairs (room, key, value) VALUES ('store', 'copied', $1) ON CONFLICT DO UPDATE SET value = excluded.value",
            Encoding.UTF8.GetBytes(upTo.ToString()));
        return entries.Count;
    }, cancellation);

    /// <summary>Up to where <see cref="ReplicateAsync"/> has read; null when it never did.</summary>
    public LogPosition? Replicated => database.Read<LogPosition?>(session =>
        session.Value("SELECT value FROM pairs WHERE room = 'store' AND key = 'copied'") is byte[] stored
        && Encoding.UTF8.GetString(stored) is var text && text.LastIndexOf('/') is > 0 and var slash
            ? new LogPosition(text[..slash], long.Parse(text.AsSpan(slash + 1)))
            : null);

    public StoredFact? Find(Guid id) => database.Read(session =>
        session.Rows($"SELECT {Columns} FROM facts WHERE id = $1", Row(session), Key(id)).Select(row => WithUndone(session, row))
            .FirstOrDefault());

    /// <summary>Lists them, newest first.</summary>
    /// <param name="before">Only facts with a smaller <see cref="StoredFact.Sequence"/>: that of the last one of the page before; null for
    /// the first page.</param>
    public IReadOnlyList<StoredFact> List(FactFilter filter, long? before, int count) => database.Read(session =>
    {
        StringBuilder where = new("seq < $1");
        List<object?> values = [before ?? long.MaxValue];
        void And(string condition, object? value)
        {
            if (value is null) return;
            values.Add(value);
            where.Append(" AND ").Append(condition.Replace("$n", "$" + values.Count));
        }
        And("realm = $n", filter.Realm);
        And("kind = $n", filter.Kind is { } kind ? (long)kind : null);
        And("target = $n", filter.Target);
        And("actor = $n", filter.Actor);
        And("at >= $n", filter.From is { } from ? Milliseconds(from) : null);
        And("at < $n", filter.Until is { } until ? Milliseconds(until) : null);
        And("kind > 0 AND expires > $n AND NOT EXISTS (SELECT 1 FROM facts r WHERE r.of = facts.id)",
            filter.ActiveAt is { } now ? now.ToUnixTimeMilliseconds() : null);
        values.Add(count);
        return session.Rows($"SELECT {Columns} FROM facts WHERE {where} ORDER BY seq DESC LIMIT ${values.Count}", Row(session),
            CollectionsMarshal.AsSpan(values))
            .ConvertAll(row => WithUndone(session, row));
    });

    /// <summary>Gives every fact that has not expired, oldest first: what a node repairs a log with. It is read in pages, each while the
    /// one before is used.</summary>
    public IEnumerable<LogEntry> Unexpired(DateTimeOffset now)
    {
        long milliseconds = now.ToUnixTimeMilliseconds();
        Task<(List<LogEntry> Entries, long Last)> ahead = Task.Run(() => UnexpiredAfter(0, milliseconds));
        try
        {
            while (true)
            {
                (List<LogEntry> page, long last) = ahead.GetAwaiter().GetResult();
                if (page.Count == PageSize) ahead = Task.Run(() => UnexpiredAfter(last, milliseconds));
                foreach (LogEntry entry in page) yield return entry;
                if (page.Count < PageSize) yield break;
            }
        }
        finally
        {
            // Whoever stops in the middle does not leave a reader behind.
            Task.WaitAny(ahead);
        }
    }

    private (List<LogEntry>, long) UnexpiredAfter(long after, long milliseconds) => database.Read(session =>
    {
        Dictionary<long, string> epochs = EpochsIn(session);
        List<LogEntry> page = new(PageSize);
        long last = after;
        session.Scan($"SELECT {Columns} FROM facts WHERE seq > $1 AND expires > $2 ORDER BY seq LIMIT {PageSize}", row =>
        {
            last = row.Integer(0);
            LogPosition position = row.IsNull(1) ? new(database.OwnEpoch, last)
                : new(epochs[row.Integer(1)], row.Integer(2));
            page.Add(new(position, FactEncoding.Decode(row.Blob(3))));
        }, after, milliseconds);
        return (page, last);
    });

    /// <summary>
    /// Deletes what has expired, a bounded number at a time; a reinstatement only after its revocation. Returns how many went.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The file cannot be written now.</exception>
    public Task<int> TrimAsync(DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(session => session.Run(
        $"""
        DELETE FROM facts WHERE seq IN (
            SELECT seq FROM facts f WHERE expires <= $1
            AND (kind > 0 OR NOT EXISTS (SELECT 1 FROM facts r WHERE r.id = f.of AND r.expires > $1)) LIMIT {DeletedAtATime})
        """, now.ToUnixTimeMilliseconds()), cancellation);

    /// <summary>Inserts, or gives an entry that is here already its new place.</summary>
    private static void Insert(SqliteSession session, Fact fact, long? epoch, long? number)
        => session.Run(
            """
            INSERT INTO facts (id, epoch, number, kind, realm, target, of, actor, at, expires, body, sum) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, number = excluded.number, at = excluded.at, expires = excluded.expires, body = excluded.body, sum = excluded.sum
            """, Values(fact, epoch, number));

    /// <summary>Appends to the embedded log, or finds the first of the same id.</summary>
    public static (long Sequence, Fact Fact, bool First) Append(SqliteSession session, Fact fact)
    {
        using (SqliteDataReader found = session.Command("SELECT seq, body FROM facts WHERE id = $1", Key(fact.Id)).ExecuteReader())
            if (found.Read()) return (found.GetInt64(0), FactEncoding.Decode((byte[])found.GetValue(1)), false);
        long sequence = (long)session.Value(
            "INSERT INTO facts (id, epoch, number, kind, realm, target, of, actor, at, expires, body, sum) VALUES ($1, $2, $3, $4, $5, "
                + "$6, $7, $8, $9, $10, $11, $12) RETURNING seq",
            Values(fact, null, null))!;
        return (sequence, fact, true);
    }

    public static bool Has(SqliteSession session, Guid id) => session.Value("SELECT 1 FROM facts WHERE id = $1", Key(id)) is not null;

    private static object?[] Values(Fact fact, long? epoch, long? number)
    {
        byte[] key = Key(fact.Id), body = FactEncoding.Encode(fact);
        long expires = MillisecondsUp(fact.Expires);
        Target? target = (fact as Fact.Revocation)?.Target;
        return
        [
            key, epoch, number, (long)(target?.Kind ?? TargetKind.None), target?.InRealm, target?.NamedId,
            fact is Fact.Reinstatement { Of: var of } ? Key(of) : null, fact.Actor, Milliseconds(fact.At), expires, body,
            FactSum.Of(key, expires, body),
        ];
    }

    private static long EpochKey(SqliteSession session, string epoch)
    {
        session.Run("INSERT INTO epochs (id) VALUES ($1) ON CONFLICT DO NOTHING", epoch);
        return (long)session.Value("SELECT key FROM epochs WHERE id = $1", epoch)!;
    }

    private static Dictionary<long, string> EpochsIn(SqliteSession session)
        => session.Rows("SELECT key, id FROM epochs", row => (row.GetInt64(0), row.GetString(1))).ToDictionary();

    private Func<SqliteDataReader, StoredFact> Row(SqliteSession session)
    {
        Dictionary<long, string> epochs = EpochsIn(session);
        return row => new(
            row.GetInt64(0),
            row.IsDBNull(1) ? new(database.OwnEpoch, row.GetInt64(0)) : new(epochs[row.GetInt64(1)], row.GetInt64(2)),
            FactEncoding.Decode((byte[])row.GetValue(3)), null);
    }

    private static StoredFact WithUndone(SqliteSession session, StoredFact stored)
        => stored.Fact is Fact.Revocation
            && session.Value("SELECT body FROM facts WHERE of = $1 ORDER BY seq LIMIT 1", Key(stored.Fact.Id)) is byte[] body
            ? stored with { Undone = (Fact.Reinstatement)FactEncoding.Decode(body) }
            : stored;

    private static byte[] Key(Guid id) => id.ToByteArray(bigEndian: true);

    private static long Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    // Rounded up, so that nothing is deleted a part of a millisecond early.
    private static long MillisecondsUp(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds() + 1;
}
