using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.TwoFactor;
using Microsoft.AspNetCore.DataProtection;

namespace Gateway.Dialects.Forwarding;

/// <summary>Keeps the calls that wait in this machine's store file, encrypted like the second factors, so that a process that
/// is killed does not forget whom it still has to tell. Nothing depends on it: what cannot be kept waits in memory alone.</summary>
internal sealed partial class ForwardOutbox(PairTable pairs, FactorKeys keys, ILogger<ForwardOutbox> logger) : IDisposable
{
    private const string Room = "forward";

    // Its own, so that a logout does not wait behind somebody's password.
    private readonly SlowLane _lane = new();

    /// <summary>Completes when the call is on the disk, or cannot be; it never fails.</summary>
    public async Task KeepAsync(string key, ForwardedCall call)
    {
        try
        {
            byte[] encrypted = await _lane.RunAsync(
                () => Protector(key).Protect(JsonSerializer.SerializeToUtf8Bytes(call, ForwardedCallJson.Default.ForwardedCall)),
                CancellationToken.None);
            await pairs.SetAsync(Room, key, encrypted, CancellationToken.None);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            NotKept(logger, error.GetType().Name);
        }
    }

    public async Task RemoveAsync(string key)
    {
        try
        {
            await pairs.RemoveAsync(Room, key, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It may be told again after a start within the hour; a logout twice is a logout.
        }
    }

    /// <summary>Tells what an earlier process has left, by key; null where it cannot be read with the keys of now.</summary>
    public async Task<IReadOnlyList<(string Key, ForwardedCall? Call)>> LeftAsync()
    {
        List<(string, ForwardedCall?)> left = [];
        try
        {
            foreach ((string key, byte[] value) in pairs.All(Room))
                left.Add((key, await _lane.RunAsync(() => Open(key, value), CancellationToken.None)));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            NotKept(logger, error.GetType().Name);
        }
        return left;
    }

    private ForwardedCall? Open(string key, byte[] value)
    {
        try
        {
            return JsonSerializer.Deserialize(Protector(key).Unprotect(value), ForwardedCallJson.Default.ForwardedCall);
        }
        catch (Exception error) when (error is CryptographicException or JsonException && StoreUnavailableException.In(error) is null)
        {
            return null;
        }
    }

    private IDataProtector Protector(string key) => keys.For("forward\n" + key);

    public void Dispose() => _lane.Dispose();

    [LoggerMessage(EventId = 1402, Level = LogLevel.Warning,
        Message = "Calls that wait for an application cannot be kept on the disk or read from it ({Exception}): a process that is killed "
            + "forgets them.")]
    private static partial void NotKept(ILogger logger, string exception);
}
