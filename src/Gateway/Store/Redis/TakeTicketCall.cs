using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// Takes a ticket of a bucket, of which there are so many at a time. KEYS: 1 the bucket, a sorted set by when a ticket is free again.
/// </summary>
/// <param name="Free">When this one is free again.</param>
/// <param name="Life">After that Redis forgets the bucket.</param>
internal sealed record TakeTicketCall(string Ticket, int Most, DateTimeOffset Now, DateTimeOffset Free, TimeSpan Life) : ScriptCall<bool>
{
    private static readonly RedisScript Text = new(
        """
        local ticket, most, now, free, life = unpack(ARGV)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        if redis.call('ZCARD', KEYS[1]) >= tonumber(most) then return 0 end
        redis.call('ZADD', KEYS[1], free, ticket)
        redis.call('PEXPIRE', KEYS[1], life)
        return 1
        """);

    public override RedisScript Script => Text;

    public override RedisValue[] Arguments()
        => [Ticket, Most, Now.ToUnixTimeMilliseconds(), Free.ToUnixTimeMilliseconds(), (long)Life.TotalMilliseconds];

    public override bool Read(RedisResult answer) => (bool)answer;
}
