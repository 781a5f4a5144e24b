using Gateway.Sessions;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Deletes what is no longer kept. Answers with how many went.</summary>
/// <param name="Unseen">Those that were last seen by then go once they have expired too.</param>
/// <param name="Capacity">How many may stay.</param>
/// <param name="Most">Of each kind at most so many go.</param>
internal sealed record ForgetSessionsCall(string Prefix, DateTimeOffset Unseen, DateTimeOffset Now, long Capacity, int Most)
    : ScriptCall<int>
{
    private static readonly RedisScript Text = new(SessionForm.Common +
        """
        local unseen, now, capacity, most = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
        local gone = 0
        for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], -unseen, '+inf', 'LIMIT', 0, most)) do
          local expires = redis.call('HGET', key_of(member), 'expires')
          if not expires or expires == '' or tonumber(expires) <= now then
            drop(member)
            gone = gone + 1
          end
        end
        local over = redis.call('ZCARD', KEYS[1]) - capacity
        if over > 0 then
          for _, member in ipairs(redis.call('ZRANGE', KEYS[1], -math.min(over, most), -1)) do
            drop(member)
            gone = gone + 1
          end
        end
        return gone
        """, evenWhenFull: true);
    public override RedisScript Script => Text;

    public override RedisValue[] Arguments() => [Prefix, Unseen.ToUnixTimeMicroseconds(), Now.ToUnixTimeMilliseconds(), Capacity, Most];

    public override int Read(RedisResult answer) => (int)answer;
}
