using System.Text;
using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>Versioned values in the store file: those of this machine, or its replica of a cluster's. Other processes, such as
/// the commands beside the gateway, may have it open as well.</summary>
internal sealed class VersionedTable(SqliteDatabase database)
{
    private const string Room = "versioned";

    public string File => database.Path;

    public VersionedValue Read(Keyspace space, string key) => database.Read(session => Read(session, space, key));

    /// <summary>Sets a value, or removes it with null, if it is still of that version.</summary>
    /// <returns>False when another version stands there, or the key was removed for good.</returns>
    public Task<bool> ReplaceAsync(
        Keyspace space, string key, VersionedValue present, string? value, DateTimeOffset now, CancellationToken cancellation)
        => database.WriteAsync(session =>
        {
            VersionedValue stored = Read(session, space, key);
            if (stored.Version != present.Version || space.RemovedForGood && stored is { Version: > 0, Value: null }) return false;
            long version = Math.Max(stored.Version + 1, now.ToUnixTimeMilliseconds());
            if (stored.Version > 0 || value is not null) Set(session, space, key, new(version, value));
            return true;
        }, cancellation);

    /// <summary>Takes what is newer than what stands here, and notes up to where the cluster's changes are known; null leaves
    /// that as it is.</summary>
    public Task MergeAsync(
        Keyspace space, IReadOnlyList<KeyValuePair<string, VersionedValue>> values, ReplicaProgress? progress,
        CancellationToken cancellation)
        => database.WriteAsync(session =>
        {
            foreach ((string key, VersionedValue value) in values)
                if (value.Supersedes(Read(session, space, key), space)) Set(session, space, key, value);
            if (progress is null) return 0;
            return session.Run(
                "INSERT INTO pairs (room, key, value) VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET value = excluded.value",
                Room, space.Name, Encoding.UTF8.GetBytes($"{progress.Number} {progress.Epoch}"));
        }, cancellation);

    /// <summary>Reads up to where the cluster's changes are known here.</summary>
    public ReplicaProgress Progress(Keyspace space)
        => database.Read(session => session.Value("SELECT value FROM pairs WHERE room = $1 AND key = $2", Room, space.Name)) is byte[] bytes
            && Encoding.UTF8.GetString(bytes).Split(' ') is [var number, var epoch] ? new(epoch, long.Parse(number)) : ReplicaProgress.None;

    /// <summary>Lists every key that begins so, in ordinal order, with its value.</summary>
    public List<KeyValuePair<string, string>> List(Keyspace space, string prefix)
    {
        // As bytes: a text's length ends at its first zero.
        byte[] start = Encoding.UTF8.GetBytes(prefix);
        return database.Read(session => session.Rows(
            """
            SELECT key, value FROM versioned
            WHERE space = $1 AND value IS NOT NULL AND substr(CAST(key AS BLOB), 1, $2) = $3 ORDER BY key
            """,
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), space.Name, start.Length, start));
    }

    /// <summary>Reads a page of everything, removed ones as well: what follows a key, in order.</summary>
    public List<KeyValuePair<string, VersionedValue>> Page(Keyspace space, string? after, int limit)
        => database.Read(session => session.Rows(
            "SELECT key, version, value FROM versioned WHERE space = $1 AND ($2 IS NULL OR key > $2) ORDER BY key LIMIT $3",
            row => KeyValuePair.Create(row.GetString(0), Value(row, 1)), space.Name, after, limit));

    private static VersionedValue Value(SqliteDataReader row, int at)
        => new(row.GetInt64(at), row.IsDBNull(at + 1) ? null : row.GetString(at + 1));

    private static VersionedValue Read(SqliteSession session, Keyspace space, string key)
    {
        List<VersionedValue> rows = session.Rows(
            "SELECT version, value FROM versioned WHERE space = $1 AND key = $2", row => Value(row, 0), space.Name, key);
        return rows is [var value] ? value : VersionedValue.None;
    }

    private static void Set(SqliteSession session, Keyspace space, string key, VersionedValue value) => session.Run(
        """
        INSERT INTO versioned (space, key, version, value) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value
        """,
        space.Name, key, value.Version, value.Value);
}
