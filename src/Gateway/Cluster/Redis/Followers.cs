using Gateway.Store.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>
/// Counts the replicas that have what stood in the log when it is asked (rule R16). <c>WAIT</c> makes them say how far they are; what
/// it answers itself is of the connection that it came by, which may have been made anew since the write. So their places are
/// compared with the server's, in one epoch.
/// </summary>
internal sealed class Followers(LogCaller caller)
{
    /// <param name="link">WAIT holds up what is behind it there (rule R12).</param>
    /// <param name="wanted">So many are enough.</param>
    /// <param name="atMost">So long Redis waits for them.</param>
    /// <returns>How many have it; 0 when the epoch is another by now.</returns>
    /// <exception cref="Revocation.StoreUnavailableException">No answer within the limit.</exception>
    public async Task<int> CountAsync(RedisLink link, string epoch, int wanted, TimeSpan atMost, CancellationToken cancellation)
    {
        LogAnswer<Replication> before = await caller.AskAsync(link, new LookCall(), cancellation);
        await link.ReplicatedAsync(caller.Keys[0], wanted, atMost, atMost + caller.Limit, cancellation);
        LogAnswer<Replication> after = await caller.AskAsync(link, new LookCall(), cancellation);
        return before.State.Epoch != epoch || after.State.Epoch != epoch ? 0
            : after.Result.Acknowledged.Count(offset => offset >= before.Result.Offset);
    }
}
