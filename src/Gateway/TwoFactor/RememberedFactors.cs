using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Store;

namespace Gateway.TwoFactor;

/// <summary>Remembers who has shown a factor lately: the same token, user agent and address, and the same factors as then.</summary>
internal sealed class RememberedFactors(ISecondFactorStore store, TwoFactorOptions options, TimeProvider time)
{
    public async Task<bool> HasAsync(FactorRequest request, Factors factors, CancellationToken cancellation)
        => options.RememberFor > TimeSpan.Zero
        && Until(await store.ReadAsync(Key(request, factors), cancellation)) > time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task AddAsync(FactorRequest request, Factors factors, CancellationToken cancellation)
    {
        if (options.RememberFor <= TimeSpan.Zero) return;
        string key = Key(request, factors);
        DateTimeOffset until = time.GetUtcNow() + options.RememberFor;
        // When another node was faster, it has remembered the same.
        string value = until.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await store.ReplaceAsync(key, await store.ReadAsync(key, cancellation), value, until, cancellation);
    }

    private static long Until(string? stored)
        => long.TryParse(stored, NumberStyles.None, CultureInfo.InvariantCulture, out long until) ? until : 0;

    // A JSON array, so that no two sets of strings give the same text.
    private static string Key(FactorRequest request, Factors factors)
    {
        string[] bound = [request.Owner.Realm, request.Owner.User, factors.Generation, request.Token, request.UserAgent, request.Address];
        return "remembered:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(bound)));
    }
}
