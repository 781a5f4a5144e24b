using Gateway.Revocation;

namespace Gateway.Store.Redis;

/// <summary>Asks Redis whether it can be reached, and whether what it says of its replicas goes with what is configured.</summary>
internal sealed class RedisServerCheck(RedisConnection redis, ReplicaQuorum quorum)
{
    /// <summary>Tells what is wrong; null when nothing is.</summary>
    public async Task<string?> TroubleAsync(TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await redis.General.PingAsync(limit, cancellation);
            if (RedisTrial.Trouble(await new RedisTrial(redis).RefusedAsync(limit, cancellation)) is { } trouble) return trouble;
            ServerInfo info = await ServerInfo.AskAsync(redis.General, limit, cancellation);
            return quorum.Trouble(info.Replicas, info.IsSharded);
        }
        catch (StoreUnavailableException error)
        {
            return error.Message;
        }
    }
}
