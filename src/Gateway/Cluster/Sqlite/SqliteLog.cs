using Gateway.Revocation;
using Gateway.Store.Sqlite;

namespace Gateway.Cluster.Sqlite;

/// <summary>The revocation log of one machine: a table in the store file. Concurrent appends share one commit; each is answered
/// after it is on the disk.</summary>
internal sealed class SqliteLog(SqliteDatabase database, Node node, TimeProvider time) : IRevocationLog
{
    // A disk that hangs is no better than one that is full.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<string> _nodes = [node.Id];

    public async Task<Appended> AppendAsync(Fact fact, IReadOnlyList<Fact> together, CancellationToken cancellation)
    {
        try
        {
            (long sequence, Fact recorded, bool first) = await database.WriteUrgentlyAsync(session =>
            {
                foreach (Fact other in together) FactTable.Append(session, other);
                return FactTable.Append(session, fact);
            }, cancellation).WaitAsync(Patience, time, cancellation);
            return new(recorded, new(database.OwnEpoch, sequence), first, _nodes);
        }
        catch (TimeoutException error)
        {
            throw new UnknownOutcomeException(fact.Id, $"The store file {database.Path} does not answer.", error);
        }
    }

    public Task<LogPage> ReadFromAsync(LogPosition after, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (after.Epoch != database.OwnEpoch && !string.IsNullOrEmpty(after.Epoch)) throw new EpochEndedException(after.Epoch);
        return Task.FromResult(database.Read(session =>
        {
            // The head comes first: whatever is up to it and is not among the rows has been trimmed.
            long head = HeadOf(session);
            List<LogEntry> entries = new(limit);
            int rows = 0;
            UnknownFactException? unknown = null;
            session.Scan("SELECT seq, body FROM facts WHERE seq > $1 ORDER BY seq LIMIT $2", row =>
            {
                rows++;
                if (unknown is not null) return;
                try
                {
                    entries.Add(new(new(database.OwnEpoch, row.Integer(0)),
                        FactEncoding.Decode(row.Blob(1))));
                }
                catch (UnknownFactException error) { unknown = error; }
            }, after.Number, limit);
            // Rule R9: up to an entry that this version does not know; the next read begins with it and says so.
            if (unknown is not null && entries.Count == 0) throw unknown;
            bool end = rows < limit && entries.Count == rows;
            long read = entries.Count > 0 ? entries[^1].Position.Number : after.Number;
            return new LogPage(entries, new(database.OwnEpoch, end ? Math.Max(read, head) : read), end);
        }));
    }

    public Task<LogPosition> HeadAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(new LogPosition(database.OwnEpoch, database.Read(HeadOf)));
    }

    public Task<(bool Holds, string Epoch)> HoldsAsync(Fact fact, CancellationToken cancellation)
        => Task.FromResult((database.Read(session => FactTable.Has(session, fact.Id)), database.OwnEpoch));

    // The last number ever given, also when its fact is gone.
    private static long HeadOf(SqliteSession session)
        => session.Value("SELECT seq FROM sqlite_sequence WHERE name = 'facts'") is long head ? head : 0;
}
