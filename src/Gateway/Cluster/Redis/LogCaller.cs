using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Runs calls on the log and tells <see cref="ClusterWatch"/> what they answered about the epoch and the nodes.</summary>
internal sealed class LogCaller(RedisConnection redis, ClusterWatch watch, ClusterOptions cluster, TimeProvider time)
{
    private const int MostAttempts = 4;

    public RedisKey[] Keys { get; } = [redis.Key("log"), redis.Key("epoch"), redis.Key("nodes")];

    /// <summary>How long one call may take: so short that one on a dead connection leaves time to repeat it within the answer (rule
    /// R11), so long that a slow line still gets its answer.</summary>
    public TimeSpan Limit { get; } = TimeSpan.FromMilliseconds(Math.Clamp(cluster.AnswerWithin.TotalMilliseconds / 3, 250, 2000));

    /// <exception cref="StoreUnavailableException">No answer within the limit, or Redis cannot do it; the outcome is unknown.</exception>
    public async Task<LogAnswer<T>> AskAsync<T>(RedisLink link, LogCall<T> call, CancellationToken cancellation)
    {
        // An answer that was overtaken by a newer one is asked for again.
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            long asked = time.GetTimestamp();
            LogAnswer<T> answer;
            try { answer = await link.RunAsync(call, Keys, Limit, cancellation); }
            catch (StoreUnavailableException error) when (attempt > 0 && error.HadNoEffect)
            {
                // The one that was overtaken had one.
                throw new StoreUnavailableException(error.Message, error);
            }
            if (Observe(answer.State, asked)) return answer;
        }
        throw new StoreUnavailableException("Redis changes its life too quickly to follow.");
    }

    private bool Observe(ClusterState state, long asked)
    {
        redis.Clock.Saw(state.Now, asked);
        return watch.Observe(state, asked);
    }
}
