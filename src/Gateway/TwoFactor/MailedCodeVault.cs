using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.TwoFactor;

/// <summary>Keeps the codes that went out by e-mail, encrypted, for as long as they are open.</summary>
internal sealed class MailedCodeVault(ISecondFactorStore store, FactorSeal seal)
{
    private const int Attempts = 64;

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async Task<MailedCodes> ReadAsync(FactorOwner owner, CancellationToken cancellation)
        => await OpenAsync(owner, await store.ReadAsync(owner.MailedKey, cancellation), cancellation);

    /// <summary>Changes them as a whole. The change may run again when another node was faster; null leaves them.</summary>
    /// <returns>What stands now, and whether it was changed.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot do it now.</exception>
    public async Task<(MailedCodes Now, bool Changed)> ChangeAsync(
        FactorOwner owner, Func<MailedCodes, MailedCodes?> change, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            string? stored = await store.ReadAsync(owner.MailedKey, cancellation);
            MailedCodes now = await OpenAsync(owner, stored, cancellation);
            if (change(now) is not { } next) return (now, false);
            string? value = next.Codes is [] ? null
                : await seal.SealAsync(owner.MailedKey, next, FactorsJson.Default.MailedCodes, cancellation);
            if (await store.ReplaceAsync(owner.MailedKey, stored, value, next.Until, cancellation)) return (next, true);
        }
        throw new StoreUnavailableException("A user's codes are being changed by too many requests at once.");
    }

    private async Task<MailedCodes> OpenAsync(FactorOwner owner, string? stored, CancellationToken cancellation)
        => stored is null ? MailedCodes.None : await seal.OpenAsync(owner.MailedKey, stored, FactorsJson.Default.MailedCodes, cancellation);
}
