using Gateway.Revocation;

namespace Gateway.Store.Redis;

/// <summary>Asks Redis whether it can be reached, and whether what it says of its replicas goes with what is configured.</summary>
internal sealed class RedisServerCheck(RedisConnection redis, ReplicaQuorum quorum, TimeProvider time)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    /// <summary>Tells what is wrong; null when nothing is.</summary>
    public async Task<string?> TroubleAsync(TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await ReachAsync(limit, cancellation);
            if (RedisTrial.Trouble(await new RedisTrial(redis).RefusedAsync(limit, cancellation)) is { } trouble) return trouble;
            ServerInfo info = await ServerInfo.AskAsync(redis.General, limit, cancellation);
            return quorum.Trouble(info.Replicas, info.IsSharded);
        }
        catch (StoreUnavailableException error)
        {
            return error.Message;
        }
    }

    // A node takes the time that its lease leaves for a connection, and tries again; the first of a process is its slowest.
    private async Task ReachAsync(TimeSpan limit, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await redis.General.PingAsync(limit, cancellation);
                return;
            }
            catch (StoreUnavailableException) when (time.GetElapsedTime(began) < limit)
            {
                await Task.Delay(Again, time, cancellation);
            }
        }
    }
}
