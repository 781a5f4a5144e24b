using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Configuration;
using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>The management keys: those of the configuration and those that <c>key create</c> put into the store, where a
/// running gateway finds them at the next call. Of either only the SHA-256 is kept; a key is 256 random bits, so nothing
/// slower is needed.</summary>
internal sealed class ManagementKeys(ManagementOptions options, IKeyStore store)
{
    private readonly (string Name, byte[] Hash)[] _configured = [.. options.Keys.Select(key => (key.Name, Convert.FromHexString(key.Sha256)))];

    /// <summary>The name of a key; null when there is none like it. Every known key is compared, each in constant time.</summary>
    /// <exception cref="Store.StoreUnavailableException">It is none of the configuration, and the store cannot be read now.</exception>
    public async ValueTask<string?> Owner(string key, CancellationToken cancellation)
    {
        byte[] hash = Hash(key);
        string? owner = null;
        foreach ((string name, byte[] known) in _configured)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) owner = name;
        if (owner is not null) return owner;
        foreach ((string name, byte[] known) in await store.All(cancellation))
            if (CryptographicOperations.FixedTimeEquals(hash, known)) owner = name;
        return owner;
    }

    /// <exception cref="Store.StoreUnavailableException">None is configured, and the store cannot be read now.</exception>
    public async ValueTask<bool> Any(CancellationToken cancellation) => _configured.Length > 0 || (await Names(cancellation)).Count > 0;

    /// <summary>Names of the keys in the store that are good.</summary>
    /// <exception cref="Store.StoreUnavailableException">The store cannot be read now.</exception>
    public async ValueTask<IReadOnlyList<string>> Names(CancellationToken cancellation)
        => [.. (await store.All(cancellation)).Where(key => key.Value.Length > 0).Select(key => key.Key).Order(StringComparer.Ordinal)];

    /// <summary>Whether a key of that name is good now.</summary>
    /// <exception cref="Store.StoreUnavailableException">It is none of the configuration, and the store cannot be read now.</exception>
    public async ValueTask<bool> Has(string name, CancellationToken cancellation)
        => _configured.Any(configured => configured.Name == name) || (await Names(cancellation)).Contains(name);

    /// <summary>Takes a key out of the store, at once for every node. False when there is none of that name.</summary>
    /// <exception cref="Store.StoreUnavailableException">The store cannot be written now.</exception>
    public async ValueTask<bool> Remove(string name, CancellationToken cancellation)
    {
        if (!(await Names(cancellation)).Contains(name)) return false;
        await store.Remove(name, cancellation);
        return true;
    }

    /// <summary>Makes a key and stores its hash. Null when the name is taken.</summary>
    /// <exception cref="Store.StoreUnavailableException">The store cannot be written now.</exception>
    public async ValueTask<string?> Create(string name, CancellationToken cancellation)
    {
        string key = "gw_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return _configured.All(configured => configured.Name != name) && await store.TryAdd(name, Hash(key), cancellation) ? key : null;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
