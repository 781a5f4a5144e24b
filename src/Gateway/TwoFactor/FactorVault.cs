using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.TwoFactor;

/// <summary>Keeps what users have enrolled: encrypted, never lost, and changed by compare-and-set.</summary>
internal sealed class FactorVault(IVersionedStore store, FactorSeal seal)
{
    private const int Attempts = 64;

    private static readonly Keyspace Space = Keyspace.SecondFactors;

    /// <summary>Reads what a user has enrolled.</summary>
    /// <exception cref="StoreUnavailableException">Nobody can tell now.</exception>
    public async Task<Factors> ReadAsync(FactorOwner owner, CancellationToken cancellation)
        => await OpenAsync(owner.Key, (await store.ReadAsync(Space, owner.Key, cancellation)).Value, cancellation);

    /// <summary>Changes a user's factors as a whole. The change may run again when another node was faster; null leaves them.</summary>
    /// <returns>What stands now, and whether it was changed.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot do it now.</exception>
    public async Task<(Factors Now, bool Changed)> ChangeAsync(
        FactorOwner owner, Func<Factors, Factors?> change, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            VersionedValue stored = await store.ReadAsync(Space, owner.Key, cancellation);
            Factors now = await OpenAsync(owner.Key, stored.Value, cancellation);
            if (change(now) is not { } next) return (now, false);
            string? value = next.IsEmpty ? null : await seal.SealAsync(owner.Key, next, FactorsJson.Default.Factors, cancellation);
            if (await store.ReplaceAsync(Space, owner.Key, stored, value, cancellation)) return (next, true);
        }
        throw new StoreUnavailableException("A second factor is being changed by too many requests at once.");
    }

    /// <summary>Removes all of a user's factors, also those that cannot be decrypted.</summary>
    /// <returns>False when there were none.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot do it now.</exception>
    public async Task<bool> DiscardAsync(FactorOwner owner, CancellationToken cancellation)
    {
        while (await store.ReadAsync(Space, owner.Key, cancellation) is { Value: not null } stored)
            if (await store.ReplaceAsync(Space, owner.Key, stored, null, cancellation)) return true;
        return false;
    }

    /// <summary>Lists every user of a realm, or of all, who has a factor. Factors are null where they cannot be decrypted: one
    /// such user does not hide the others.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async Task<IReadOnlyList<(FactorOwner Owner, Factors? Factors)>> ListAsync(string? realm, CancellationToken cancellation)
    {
        List<(FactorOwner, Factors?)> users = [];
        foreach ((string key, string stored) in await store.ListAsync(Space, FactorOwner.KeysOf(realm), cancellation))
        {
            Factors? factors = null;
            try { factors = await OpenAsync(key, stored, cancellation); }
            catch (UnreadableFactorException) { /* said in the log */ }
            users.Add((FactorOwner.Parse(key), factors));
        }
        return users;
    }

    private async Task<Factors> OpenAsync(string key, string? stored, CancellationToken cancellation)
        => stored is null ? Factors.None : await seal.OpenAsync(key, stored, FactorsJson.Default.Factors, cancellation);
}
