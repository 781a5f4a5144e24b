using System.Text;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Realms;

/// <summary>What realms keep over a restart: the last known keys of their providers. They are public.</summary>
/// <param name="pairs">Null keeps nothing, for a command that only looks.</param>
internal sealed class KeptDocuments(PairTable? pairs)
{
    private const string Room = "realms";

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public string? Read(string key) => pairs?.Get(Room, key) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    public Task WriteAsync(string key, string text, CancellationToken cancellation)
        => pairs?.SetAsync(Room, key, Encoding.UTF8.GetBytes(text), cancellation) ?? Task.CompletedTask;
}
