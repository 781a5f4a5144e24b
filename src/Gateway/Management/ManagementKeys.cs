using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Configuration;
using Gateway.Store.Sqlite;

namespace Gateway.Management;

/// <summary>The management keys: those of the configuration and those that <c>key create</c> put into the store, where a
/// running gateway finds them at the next call. Of either only the SHA-256 is kept; a key is 256 random bits, so nothing
/// slower is needed.</summary>
internal sealed class ManagementKeys(ManagementOptions options, PairTable pairs)
{
    private const string Room = "management-keys";

    private readonly (string Name, byte[] Hash)[] _configured = [.. options.Keys.Select(key => (key.Name, Convert.FromHexString(key.Sha256)))];

    /// <summary>The name of a key; null when there is none like it. Every known key is compared, each in constant time.</summary>
    public ValueTask<string?> Owner(string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        byte[] hash = Hash(key);
        string? owner = null;
        foreach ((string name, byte[] known) in _configured)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) owner = name;
        if (owner is not null) return ValueTask.FromResult<string?>(owner);
        foreach ((string name, byte[] known) in pairs.All(Room))
            if (CryptographicOperations.FixedTimeEquals(hash, known)) owner = name;
        return ValueTask.FromResult(owner);
    }

    public ValueTask<bool> Any(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_configured.Length > 0 || pairs.All(Room).Count > 0);
    }

    /// <summary>Makes a key and stores its hash. Null when the name is taken.</summary>
    /// <exception cref="Store.StoreUnavailableException">The store cannot be written now.</exception>
    public async Task<string?> Create(string name, CancellationToken cancellation)
    {
        string key = "gw_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return _configured.All(configured => configured.Name != name) && await pairs.TryAdd(Room, name, Hash(key), cancellation) ? key : null;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
