using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// What second factors need for a while, in Redis: one string for each value, and one sorted set for each bucket of tickets,
/// scored by when a ticket is free again. Every change is one script.
/// </summary>
internal sealed class RedisSecondFactorStore(RedisConnection redis, TimeProvider time) : ISecondFactorStore
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Redis' clock and ours need not agree: what it forgets by itself it forgets a little late.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    public async Task<string?> ReadAsync(string key, CancellationToken cancellation)
        => await redis.General.AskAsync(database => database.StringGetAsync(Value(key)), Limit, cancellation);

    public Task<bool> ReplaceAsync(string key, string? expected, string? value, DateTimeOffset until, CancellationToken cancellation)
        => redis.General.RunAsync(new SwapValueCall(expected, value, until - time.GetUtcNow() + Margin), [Value(key)], Limit, cancellation);

    public Task<bool> TakeAsync(string bucket, string ticket, int limit, TimeSpan within, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        return redis.General.RunAsync(new TakeTicketCall(ticket, limit, now, now + within, within + Margin), [Bucket(bucket)], Limit,
            cancellation);
    }

    public Task GiveBackAsync(string bucket, string ticket, CancellationToken cancellation)
        => redis.General.AskAsync(database => database.SortedSetRemoveAsync(Bucket(bucket), ticket), Limit, cancellation);

    private RedisKey Value(string key) => redis.Key("two-factor:value:" + key);

    private RedisKey Bucket(string bucket) => redis.Key("two-factor:tickets:" + bucket);
}
