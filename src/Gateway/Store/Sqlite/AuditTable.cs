using Gateway.Revocation;
using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>The audit in the store file; the oldest entries go when there are too many of them or they are too old.</summary>
internal sealed class AuditTable(SqliteDatabase database, AuditOptions? options = null) : IAuditStore
{
    private const int Most = 1_000_000, DeletedAtATime = 500;

    private readonly AuditOptions _options = options ?? new();

    public Task AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation) => database.WriteAsync(session =>
    {
        (long number, string hash) = session.Rows("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
            row => (row.GetInt64(0), row.IsDBNull(1) ? "" : row.GetString(1))) is [var last] ? last : (0, "");
        foreach (AuditEntry entry in entries)
        {
            AuditEntry kept = entry with { Sequence = ++number };
            hash = AuditChain.Next(hash, kept);
            session.Run(
                "INSERT INTO audit (seq, at, actor, action, target, outcome, address, detail, trace, hash) "
                    + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                number, kept.At.ToUnixTimeMilliseconds(), kept.Actor, kept.Action, kept.Target, kept.Outcome, kept.Address, kept.Detail,
                kept.Trace, hash);
        }
        return entries.Count;
    }, cancellation);

    public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(long? before, int count, CancellationToken cancellation)
        => ValueTask.FromResult<IReadOnlyList<AuditEntry>>(database.Read(session => session.Rows(
        "SELECT seq, at, actor, action, target, outcome, address, detail, trace, hash FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
        Row, before ?? long.MaxValue, count)));

    /// <summary>Deletes some of what is too much or too old, oldest first; the newest stays, for the chain goes on from it.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="StoreUnavailableException">The file cannot be written now.</exception>
    public Task<int> TrimAsync(DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(session => session.Run(
        "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit ORDER BY seq LIMIT $3) AND seq < (SELECT max(seq) FROM audit) "
            + "AND (seq <= (SELECT max(seq) FROM audit) - $1 OR at < $2)",
        _options.Most ?? Most, (now - _options.KeepFor).ToUnixTimeMilliseconds(), DeletedAtATime), cancellation);

    private static AuditEntry Row(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        Actor = row.GetString(2),
        Action = row.GetString(3),
        Target = Text(row, 4),
        Outcome = row.GetString(5),
        Address = Text(row, 6),
        Detail = Text(row, 7),
        Trace = Text(row, 8),
        Hash = Text(row, 9),
    };

    private static string? Text(SqliteDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
}
