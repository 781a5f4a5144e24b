using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Realms;

/// <summary>
/// Says of a cookie that only its application can read from which sign-in it comes: the fingerprint of the first cookie of that sign-in,
/// sealed to the fingerprint of this one (HMAC-SHA256), under a key that all nodes share. Whoever has one cookie cannot make the seal of
/// another, and a seal says nothing that its cookie does not.
/// </summary>
/// <param name="store">Null for a command that only looks; then nothing can be sealed.</param>
internal sealed class LineageSeal(IVersionedStore? store, TimeProvider time)
{
    private const string Place = "seal";
    private const int KeyLength = 32;
    private const int LongestRoot = 43;   // of SHA-256 in base64url

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource<byte[]> _key = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the key has been read.</summary>
    public Task Ready => _key.Task;

    public bool IsReady => Ready.IsCompletedSuccessfully;

    /// <summary>Reads the key, and makes it where there is none; again until that is done.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        while (store is not null && !IsReady)
        {
            try
            {
                VersionedValue kept = await store.ReadAsync(Keyspace.Lineage, Place, cancellation);
                if (kept.Value is { } text) _key.TrySetResult(Convert.FromBase64String(text));
                else await store.ReplaceAsync(Keyspace.Lineage, Place, kept,
                    Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)), cancellation);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Again, time, cancellation);
            }
        }
    }

    /// <summary>Seals a sign-in to one of its cookies.</summary>
    /// <param name="root">The fingerprint of its first cookie.</param>
    /// <param name="cookie">The value of this one.</param>
    public string Write(string realm, string root, ReadOnlySpan<char> cookie) => root + "." + Code(realm, root, cookie);

    /// <summary>Gives the sign-in of a cookie; null when the seal is none of this cookie.</summary>
    public string? Open(string realm, string? seal, ReadOnlySpan<char> cookie)
    {
        if (seal is null || !IsReady) return null;
        int dot = seal.IndexOf('.');
        if (dot <= 0 || dot > LongestRoot) return null;
        string root = seal[..dot];
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(realm, root, cookie)),
            Encoding.UTF8.GetBytes(seal[(dot + 1)..])) ? root : null;
    }

    /// <summary>Gives the fingerprint of a cookie's value, with or without the quotes around it.</summary>
    public static string RootOf(ReadOnlySpan<char> cookie) => Fingerprint.Of(Unquoted(cookie));

    private string Code(string realm, string root, ReadOnlySpan<char> cookie)
        => Base64Url.EncodeToString(HMACSHA256.HashData(_key.Task.Result, Encoding.UTF8.GetBytes($"{realm}\0{root}\0{RootOf(cookie)}")));

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> value) => value.Trim(" \t\"'");
}
