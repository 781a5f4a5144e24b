using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>Where the hashes of created management keys are kept: on this machine, or shared by a cluster.</summary>
internal interface IKeyStore
{
    /// <summary>SHA-256 by name; empty for a key that was removed, so that no node takes it for one that a store has lost.</summary>
    /// <exception cref="Store.StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<IReadOnlyDictionary<string, byte[]>> All(CancellationToken cancellation);

    /// <summary>False when the name is taken.</summary>
    /// <exception cref="Store.StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask<bool> TryAdd(string name, byte[] hash, CancellationToken cancellation);

    /// <summary>The key is good no more; its name stays taken.</summary>
    /// <exception cref="Store.StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask Remove(string name, CancellationToken cancellation);
}
