using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Revocation;
using Gateway.Store;
using Microsoft.AspNetCore.DataProtection;

namespace Gateway.TwoFactor;

/// <summary>Keeps second factors in the store, encrypted with keys that the cluster shares. A value is bound to its key:
/// copied to another user it cannot be read.</summary>
internal sealed partial class FactorVault(ISecondFactorStore store, FactorKeys keys, ILogger<FactorVault> logger) : IDisposable
{
    // Its own, so that reading a factor does not wait behind somebody's password.
    private readonly SlowLane _lane = new();

    private const int Attempts = 64;

    public Task<Factors> ReadAsync(FactorOwner owner, CancellationToken cancellation) => LoadAsync(owner.Key, FactorsJson.Default.Factors, Factors.None, cancellation);

    /// <summary>Changes a user's factors as a whole. The change may run again when another node was faster; null leaves them.</summary>
    /// <returns>What stands now, and whether it was changed.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot do it now.</exception>
    public Task<(Factors Now, bool Changed)> ChangeAsync(FactorOwner owner, Func<Factors, Factors?> change, CancellationToken cancellation)
        => ChangeAsync(owner.Key, FactorsJson.Default.Factors, Factors.None, change, factors => factors.IsEmpty, _ => null, cancellation);

    /// <summary>Removes all of a user's factors, also those that cannot be decrypted.</summary>
    /// <returns>False when there were none.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot do it now.</exception>
    public async Task<bool> DiscardAsync(FactorOwner owner, CancellationToken cancellation)
    {
        while (await store.Read(owner.Key, cancellation) is { } stored)
            if (await store.Replace(owner.Key, stored, null, null, cancellation)) return true;
        return false;
    }

    public Task<MailedCodes> ReadMailedAsync(FactorOwner owner, CancellationToken cancellation)
        => LoadAsync(owner.MailedKey, FactorsJson.Default.MailedCodes, MailedCodes.None, cancellation);

    public Task<(MailedCodes Now, bool Changed)> ChangeMailedAsync(FactorOwner owner, Func<MailedCodes, MailedCodes?> change, CancellationToken cancellation)
        => ChangeAsync(owner.MailedKey, FactorsJson.Default.MailedCodes, MailedCodes.None, change, codes => codes.Codes is [], codes => codes.Codes.Max(code => (DateTimeOffset?)code.Expires), cancellation);

    /// <summary>Every user of a realm, or of all, who has a factor.</summary>
    public async Task<IReadOnlyList<FactorOwner>> OwnersAsync(string? realm, CancellationToken cancellation)
        => [.. (await store.Keys(realm is null ? FactorOwner.Prefix : new FactorOwner(realm, "").Key, cancellation)).Select(FactorOwner.Parse)];

    private async Task<T> LoadAsync<T>(string key, JsonTypeInfo<T> type, T none, CancellationToken cancellation)
        => await store.Read(key, cancellation) is { } stored ? await OpenAsync(key, stored, type, cancellation) : none;

    private async Task<(T, bool)> ChangeAsync<T>(string key, JsonTypeInfo<T> type, T none, Func<T, T?> change, Func<T, bool> isNone, Func<T, DateTimeOffset?> until, CancellationToken cancellation)
        where T : class
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            string? stored = await store.Read(key, cancellation);
            T now = stored is null ? none : await OpenAsync(key, stored, type, cancellation);
            if (change(now) is not { } next) return (now, false);
            string? value = isNone(next) ? null : await SealAsync(key, next, type, cancellation);
            if (await store.Replace(key, stored, value, until(next), cancellation)) return (next, true);
        }
        throw new StoreUnavailableException("A second factor is being changed by too many requests at once.");
    }

    private Task<string> SealAsync<T>(string key, T value, JsonTypeInfo<T> type, CancellationToken cancellation)
        => _lane.RunAsync(() => Guarded(() => Convert.ToBase64String(keys.For(key).Protect(JsonSerializer.SerializeToUtf8Bytes(value, type)))), cancellation);

    private Task<T> OpenAsync<T>(string key, string stored, JsonTypeInfo<T> type, CancellationToken cancellation)
        => _lane.RunAsync(() => Guarded(() => JsonSerializer.Deserialize(keys.For(key).Unprotect(Convert.FromBase64String(stored)), type)!), cancellation);

    // What cannot be read is not "no factor": whoever asks must fail, never pass.
    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (StoreUnavailableException.In(error) is { } store)
        {
            throw new StoreUnavailableException(store.Message, store);
        }
        catch (Exception error) when (error is CryptographicException or FormatException or JsonException)
        {
            Unreadable(logger, error.GetType().Name);
            throw new UnreadableFactorException(error);
        }
    }

    public void Dispose() => _lane.Dispose();

    [LoggerMessage(EventId = 1300, Level = LogLevel.Error, Message = "A second factor cannot be decrypted ({Exception}): the key file of TwoFactor:KeyFile is missing, or is another one than where it was enrolled. Give every node the same file, or remove the user's factors and enrol again.")]
    private static partial void Unreadable(ILogger logger, string exception);
}

/// <summary>A second factor cannot be decrypted with this node's keys. For whoever asks for it, it is not available; a list
/// goes on with the others.</summary>
internal sealed class UnreadableFactorException(Exception inner) : StoreUnavailableException("A second factor cannot be decrypted with this node's keys.", inner);
