namespace Gateway.Store.Sqlite;

/// <summary>Versioned values of one machine: the table is all there is.</summary>
internal sealed class SqliteVersionedStore(VersionedTable table, TimeProvider time) : IVersionedStore
{
    public string? LocalFile => table.File;

    public bool HasReplica => false;

    public Task<VersionedValue> ReadAsync(Keyspace space, string key, CancellationToken cancellation)
        => Task.FromResult(table.Read(space, key));

    public Task<bool> ReplaceAsync(Keyspace space, string key, VersionedValue present, string? value, CancellationToken cancellation)
        => table.ReplaceAsync(space, key, present, value, time.GetUtcNow(), cancellation);

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(Keyspace space, string prefix, CancellationToken cancellation)
        => Task.FromResult<IReadOnlyList<KeyValuePair<string, string>>>(table.List(space, prefix));

    public Task<bool> CatchUpAsync(Keyspace space, CancellationToken cancellation) => Task.FromResult(true);

    public Task<int> RestoreAsync(string epoch, CancellationToken cancellation) => Task.FromResult(0);
}
