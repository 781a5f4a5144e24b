using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// What Redis' clock shows now, as far as this node can tell: deadlines of writes are by that clock (rule R18). Each answer that tells the
/// time says between what bounds it is ahead of this machine's monotonic clock, since it was given after it had been asked for and before
/// it was here. The least of the upper bounds holds, so that an answer that was long on its way makes no deadline later than those before;
/// one whose lower bound is above it shows that the clock has jumped.
/// </summary>
internal sealed class ServerClock(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TimeSpan? _ahead;

    /// <summary>Takes note of a time that Redis gave; right after the answer.</summary>
    /// <param name="asked">This node's clock before it asked.</param>
    public void Saw(DateTimeOffset said, long asked)
    {
        TimeSpan at = said - DateTimeOffset.UnixEpoch, most = at - Since(asked), least = at - Since(time.GetTimestamp());
        lock (_lock)
            if (_ahead is not { } ahead || most < ahead || least > ahead) _ahead = most;
    }

    /// <summary>Gives the instant by Redis' clock after which a write that is sent now shall have no effect.</summary>
    /// <exception cref="Revocation.StoreUnavailableException">Redis has not told its time yet, and does not now.</exception>
    public async Task<DateTimeOffset> DeadlineAsync(RedisLink link, TimeSpan limit, CancellationToken cancellation)
    {
        while (true)
        {
            lock (_lock)
                if (_ahead is { } ahead) return DateTimeOffset.UnixEpoch + ahead + Since(time.GetTimestamp()) + limit;
            long asked = time.GetTimestamp();
            RedisResult[] said = (RedisResult[])(await link.AskAsync(database => database.ExecuteAsync("TIME"), limit, cancellation))!;
            Saw(DateTimeOffset.FromUnixTimeSeconds((long)said[0]).AddMicroseconds((long)said[1]), asked);
        }
    }

    private TimeSpan Since(long timestamp) => time.GetElapsedTime(0, timestamp);
}
