using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Removes (rule R10) what has expired from one page, and writes the bound.</summary>
/// <param name="Now">The caller's time: what has not expired by both clocks stays, since either can jump.</param>
/// <param name="PageSize">Entries that are looked at.</param>
/// <param name="Turn">A key that lets one node do it at a time.</param>
/// <param name="Apart">So long nobody else does.</param>
internal sealed record TrimCall(DateTimeOffset Now, int PageSize, string Turn, TimeSpan Apart) : LogCall<Trimmed>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local by, most, turn, apart = math.min(now, tonumber(ARGV[2])), ARGV[3], ARGV[4], ARGV[5]
        if not redis.call('SET', turn, '1', 'NX', 'PX', apart) then return { state(), { 0, 0 } } end
        local cursor = redis.call('HGET', KEYS[2], 'cursor') or '0'
        local page = redis.call('XRANGE', KEYS[1], '(' .. cursor .. '-0', '+', 'COUNT', most)
        local gone = {}
        for _, entry in ipairs(page) do
          cursor = entry[1]:match('^%d+')
          if tonumber(entry[2][2]:match('^%x+ %d+ (%d+) ') or 'inf') <= by then
            gone[#gone + 1] = entry[1]
            if tonumber(cursor) > trimmed then trimmed = tonumber(cursor) end
          end
        end
        if #gone > 0 then redis.call('XDEL', KEYS[1], unpack(gone)) end
        if #page < tonumber(most) then cursor = '0' end
        redis.call('HSET', KEYS[2], 'trimmed', int(trimmed), 'cursor', cursor)
        return { state(), { #page, #gone } }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Now.ToUnixTimeMilliseconds(), PageSize, Turn, (long)Apart.TotalMilliseconds];

    protected override Trimmed Result(RedisResult result)
        => (long[])result! is [var looked, var gone] ? new(looked, gone) : throw new InvalidCastException();
}
