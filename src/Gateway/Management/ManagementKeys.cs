using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Management;

/// <summary>The management keys: those of the configuration and those that <c>key create</c> put into the store, where a
/// running gateway finds them at the next call. Of either only the SHA-256 is kept; a key is 256 random bits, so nothing
/// slower is needed.</summary>
internal sealed class ManagementKeys(ManagementOptions options, IVersionedStore store)
{
    private const string Beginning = "gw_";

    private static readonly Keyspace Space = Keyspace.ManagementKeys;

    private readonly (string Name, byte[] Hash)[] _configured
        = [.. options.Keys.Select(key => (key.Name, Convert.FromHexString(key.Sha256)))];

    /// <summary>Finds whose key this is; null when there is none like it. Every known key is compared, each in constant time.</summary>
    /// <exception cref="StoreUnavailableException">It is none of the configuration, and the store cannot tell now.</exception>
    public async ValueTask<string?> OwnerAsync(string key, CancellationToken cancellation)
    {
        byte[] hash = Hash(key);
        string? owner = null;
        foreach ((string name, byte[] known) in _configured)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) owner = name;
        // Nothing else was ever made for the store; a token need not ask it.
        if (owner is not null || !key.StartsWith(Beginning, StringComparison.Ordinal)) return owner;
        foreach ((string name, string known) in await store.ListAsync(Space, "", cancellation))
            if (CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(known))) owner = name;
        return owner;
    }

    /// <exception cref="StoreUnavailableException">None is configured, and the store cannot tell now.</exception>
    public async ValueTask<bool> AnyAsync(CancellationToken cancellation)
        => _configured.Length > 0 || (await NamesAsync(cancellation)).Count > 0;

    /// <summary>Lists the keys in the store that are good.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell now.</exception>
    public async ValueTask<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation)
        => [.. (await store.ListAsync(Space, "", cancellation)).Select(key => key.Key)];

    /// <summary>Lists all that are good by name: those of the configuration, then those in the store.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell now.</exception>
    public async ValueTask<IReadOnlyList<KeyAnswer>> ListAsync(CancellationToken cancellation)
    {
        List<KeyAnswer> all = [.. _configured.Select(key => new KeyAnswer(key.Name, "configuration", null))];
        // A version is the time of its change in milliseconds, and a key never changes.
        foreach (string name in await NamesAsync(cancellation))
            if (await store.ReadAsync(Space, name, cancellation) is { Value: not null } kept)
                all.Add(new(name, "store", DateTimeOffset.FromUnixTimeMilliseconds(kept.Version)));
        return all;
    }

    /// <summary>Tells whether a key of that name is good now.</summary>
    /// <exception cref="StoreUnavailableException">It is none of the configuration, and the store cannot tell now.</exception>
    public async ValueTask<bool> HasAsync(string name, CancellationToken cancellation)
        => _configured.Any(configured => configured.Name == name)
            || await store.ReadAsync(Space, name, cancellation) is { Value: not null };

    /// <summary>Takes a key out of the store, at once for every node and for good. False when there is none of that name.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    public async ValueTask<bool> RemoveAsync(string name, CancellationToken cancellation)
        => await store.ReadAsync(Space, name, cancellation) is { Value: not null } present
            && await store.ReplaceAsync(Space, name, present, null, cancellation);

    /// <summary>Makes a key and stores its hash. Null when the name is or was that of another.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    public async ValueTask<string?> CreateAsync(string name, CancellationToken cancellation)
    {
        if (_configured.Any(configured => configured.Name == name)) return null;
        string key = Beginning + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return await store.ReplaceAsync(Space, name, VersionedValue.None, Convert.ToHexStringLower(Hash(key)), cancellation) ? key : null;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
