using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>What Redis' clock shows now, as far as this node can tell: what it last said, and the time since then by this machine's
/// monotonic clock. Deadlines of writes are by that clock (rule R18). It may jump; then a write comes too late once, and its
/// answer says what the clock shows.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    private readonly Lock _lock = new();
    private (DateTimeOffset Said, long Asked)? _latest;

    /// <summary>Takes note of a time that Redis gave.</summary>
    /// <param name="asked">This node's clock before it asked: the estimate is never behind.</param>
    public void Saw(DateTimeOffset said, long asked)
    {
        lock (_lock)
            if (_latest is not { } latest || asked >= latest.Asked) _latest = (said, asked);
    }

    /// <summary>Gives the instant by Redis' clock after which a write that is sent now shall have no effect.</summary>
    /// <exception cref="Revocation.StoreUnavailableException">Redis has not told its time yet, and does not now.</exception>
    public async Task<DateTimeOffset> DeadlineAsync(RedisLink link, TimeSpan limit, CancellationToken cancellation)
    {
        while (true)
        {
            lock (_lock)
                if (_latest is { } latest) return latest.Said + time.GetElapsedTime(latest.Asked) + limit;
            long asked = time.GetTimestamp();
            RedisResult[] said = (RedisResult[])(await link.AskAsync(database => database.ExecuteAsync("TIME"), limit, cancellation))!;
            Saw(DateTimeOffset.FromUnixTimeSeconds((long)said[0]).AddMicroseconds((long)said[1]), asked);
        }
    }
}
