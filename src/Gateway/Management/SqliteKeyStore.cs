using Gateway.Store.Sqlite;

namespace Gateway.Management;

/// <summary>The hashes of management keys in the store file, where another process may add one while the gateway runs.</summary>
internal sealed class SqliteKeyStore(PairTable pairs) : IKeyStore
{
    private const string Room = "management-keys";

    public ValueTask<IReadOnlyDictionary<string, byte[]>> All(CancellationToken cancellation) => ValueTask.FromResult(pairs.All(Room));

    public async ValueTask<bool> TryAdd(string name, byte[] hash, CancellationToken cancellation) => await pairs.TryAdd(Room, name, hash, cancellation);

    public async ValueTask Remove(string name, CancellationToken cancellation) => await pairs.Set(Room, name, [], cancellation);

    /// <summary>Keeps what another store knows, for when that one is away.</summary>
    public async ValueTask Copy(IReadOnlyDictionary<string, byte[]> keys, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, byte[]> known = pairs.All(Room);
        foreach ((string name, byte[] hash) in keys)
            if (!known.TryGetValue(name, out byte[]? here) || !here.AsSpan().SequenceEqual(hash)) await pairs.Set(Room, name, hash, cancellation);
    }
}
