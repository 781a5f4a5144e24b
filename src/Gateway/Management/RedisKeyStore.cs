using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Management;

/// <summary>The hashes of management keys in Redis, the same for every node; while Redis is away each node knows those that
/// it has seen.</summary>
internal sealed class RedisKeyStore(RedisConnection redis, SqliteKeyStore copy) : IKeyStore
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly RedisKey _key = redis.Key("management-keys");

    public async ValueTask<IReadOnlyDictionary<string, byte[]>> All(CancellationToken cancellation)
    {
        try
        {
            RedisResult[] pairs = (RedisResult[])(await redis.General.Execute("HGETALL", [_key], Limit, cancellation))!;
            Dictionary<string, byte[]> keys = [];
            for (int i = 0; i + 1 < pairs.Length; i += 2) keys[(string)pairs[i]!] = (byte[])pairs[i + 1]!;
            await copy.Copy(keys, cancellation);
            // What Redis has lost, this node may still know.
            return await copy.All(cancellation);
        }
        catch (StoreUnavailableException)
        {
            return await copy.All(cancellation);
        }
    }

    public async ValueTask<bool> TryAdd(string name, byte[] hash, CancellationToken cancellation)
        => (long)await redis.General.Execute("HSETNX", [_key, name, hash], Limit, cancellation) == 1;

    public async ValueTask Remove(string name, CancellationToken cancellation)
    {
        await redis.General.Execute("HSET", [_key, name, Array.Empty<byte>()], Limit, cancellation);
        await copy.Remove(name, cancellation);
    }
}
