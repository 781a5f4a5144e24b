using System.Globalization;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// What second factors need for a while, in Redis: one string for each value, and one sorted set for each bucket of tickets,
/// scored by when a ticket is free again. Every change is one script.
/// </summary>
internal sealed class RedisSecondFactorStore(RedisConnection connection, TimeProvider time) : ISecondFactorStore
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Redis' clock and ours need not agree: what it forgets by itself it forgets a little late.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    // ARGV: 1 whether a value is expected, 2 that value, 3 whether there is a new one, 4 that, 5 its life in ms.
    private static readonly RedisScript Swap = new(
        """
        local present = redis.call('GET', KEYS[1])
        if ARGV[1] == '1' then
          if present ~= ARGV[2] then return 0 end
        elseif present then
          return 0
        end
        if ARGV[3] ~= '1' then
          redis.call('DEL', KEYS[1])
        else
          redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
        end
        return 1
        """);

    // ARGV: 1 now, 2 how many, 3 when the ticket is free again, 4 the ticket, 5 the life of the bucket in ms.
    private static readonly RedisScript TakeOne = new(
        """
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
        if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
        redis.call('ZADD', KEYS[1], ARGV[3], ARGV[4])
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        return 1
        """);

    public async Task<string?> Read(string key, CancellationToken cancellation)
        => (string?)await connection.General.Execute("GET", [Value(key)], Limit, cancellation);

    public async Task<bool> Replace(string key, string? expected, string? value, DateTimeOffset until, CancellationToken cancellation)
        => (long)await connection.General.Run(Swap, [Value(key)],
            [expected is null ? "0" : "1", expected ?? "", value is null ? "0" : "1", value ?? "", Milliseconds(until - time.GetUtcNow() + Margin)],
            Limit, cancellation) == 1;

    public async Task<bool> Take(string bucket, string ticket, int limit, TimeSpan within, CancellationToken cancellation)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return (long)await connection.General.Run(TakeOne, [Bucket(bucket)],
            [now, limit, now + (long)within.TotalMilliseconds, ticket, Milliseconds(within + Margin)], Limit, cancellation) == 1;
    }

    public Task GiveBack(string bucket, string ticket, CancellationToken cancellation)
        => connection.General.Execute("ZREM", [Bucket(bucket), ticket], Limit, cancellation);

    private RedisKey Value(string key) => connection.Key("two-factor:value:" + key);

    private RedisKey Bucket(string bucket) => connection.Key("two-factor:tickets:" + bucket);

    private static string Milliseconds(TimeSpan span) => Math.Max(1, (long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
