using Gateway.Revocation;
using Gateway.Store.Sqlite;

namespace Gateway.Store;

/// <summary>Small things that rooms keep over a restart: a provider's last known keys, hashes of management keys, calls that wait for an
/// application. Each room has keys of its own. Values are kept as given: what is secret is encrypted or hashed before it comes
/// here.</summary>
internal sealed class PairTable(SqliteDatabase database)
{
    /// <exception cref="StoreUnavailableException">The file cannot be read now.</exception>
    public byte[]? Get(string room, string key)
        => database.Read(session => session.Value("SELECT value FROM pairs WHERE room = $1 AND key = $2", room, key) as byte[]);

    /// <summary>Gives all of a room, by key.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read now.</exception>
    public IReadOnlyDictionary<string, byte[]> All(string room) => database.Read(session => session.Rows(
        "SELECT key, value FROM pairs WHERE room = $1", row => (row.GetString(0), (byte[])row.GetValue(1)), room)).ToDictionary();

    /// <summary>Sets or replaces; completes when it is on the disk.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be written now.</exception>
    public Task SetAsync(string room, string key, byte[] value, CancellationToken cancellation)
        => database.WriteAsync(session => session.Run(
        "INSERT INTO pairs (room, key, value) VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET value = excluded.value", room, key, value),
        cancellation);

    /// <exception cref="StoreUnavailableException">The file cannot be written now.</exception>
    public Task RemoveAsync(string room, string key, CancellationToken cancellation) => database.WriteAsync(session => session.Run(
        "DELETE FROM pairs WHERE room = $1 AND key = $2", room, key), cancellation);
}
