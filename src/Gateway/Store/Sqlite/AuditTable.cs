using Gateway.Revocation;
using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>The audit in the store file; the oldest entries go when there are more than a million.</summary>
internal sealed class AuditTable(SqliteDatabase database) : IAuditStore
{
    private const int Most = 1_000_000, DeletedAtATime = 500;

    public Task AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation) => database.WriteAsync(session =>
    {
        foreach (AuditEntry entry in entries)
        {
            session.Run(
                "INSERT INTO audit (at, actor, action, target, outcome, address, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                entry.At.ToUnixTimeMilliseconds(), entry.Actor, entry.Action, entry.Target, entry.Outcome, entry.Address, entry.Detail);
        }
        return entries.Count;
    }, cancellation);

    public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(long? before, int count, CancellationToken cancellation)
        => ValueTask.FromResult<IReadOnlyList<AuditEntry>>(database.Read(session => session.Rows(
        "SELECT seq, at, actor, action, target, outcome, address, detail FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2", Row,
        before ?? long.MaxValue, count)));

    /// <exception cref="StoreUnavailableException">The file cannot be written now.</exception>
    public Task<int> TrimAsync(CancellationToken cancellation) => database.WriteAsync(session => session.Run(
        $"DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE seq <= (SELECT max(seq) FROM audit) "
            + $"- {Most} LIMIT {DeletedAtATime})"), cancellation);

    private static AuditEntry Row(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        Actor = row.GetString(2),
        Action = row.GetString(3),
        Target = row.IsDBNull(4) ? null : row.GetString(4),
        Outcome = row.GetString(5),
        Address = row.IsDBNull(6) ? null : row.GetString(6),
        Detail = row.IsDBNull(7) ? null : row.GetString(7),
    };
}
