using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Revocation;

namespace Gateway.TwoFactor;

/// <summary>Encrypts what is stored, with keys that the cluster shares. A value is bound to its key: copied to another user it
/// cannot be read.</summary>
internal sealed partial class FactorSeal(FactorKeys keys, ILogger<FactorSeal> logger) : IDisposable
{
    // Its own, so that reading a factor does not wait behind somebody's password.
    private readonly SlowLane _lane = new();

    /// <exception cref="StoreUnavailableException">The keys cannot be read now.</exception>
    public Task<string> SealAsync<T>(string key, T value, JsonTypeInfo<T> type, CancellationToken cancellation) => _lane.RunAsync(
        () => Guarded(() => Convert.ToBase64String(keys.For(key).Protect(JsonSerializer.SerializeToUtf8Bytes(value, type)))), cancellation);

    /// <exception cref="UnreadableFactorException">It was encrypted with keys that this node does not have.</exception>
    /// <exception cref="StoreUnavailableException">The keys cannot be read now.</exception>
    public Task<T> OpenAsync<T>(string key, string stored, JsonTypeInfo<T> type, CancellationToken cancellation) => _lane.RunAsync(
        () => Guarded(() => JsonSerializer.Deserialize(keys.For(key).Unprotect(Convert.FromBase64String(stored)), type)!), cancellation);

    public void Dispose() => _lane.Dispose();

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

    [LoggerMessage(
        EventId = 1300, Level = LogLevel.Error,
        Message = "A second factor cannot be decrypted ({Exception}): the key file of TwoFactor:KeyFile is missing, or is another one than "
            + "where it was enrolled. Give every node the same file, or remove the user's factors and enrol again.")]
    private static partial void Unreadable(ILogger logger, string exception);
}
