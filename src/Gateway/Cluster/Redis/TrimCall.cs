using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Removes (rule R10) what has expired from one page, and writes the bound. Nothing expires before <c>KeepFor</c> has passed,
/// so what has expired is nearly all at the front: one cursor goes over what is so old, again and again, and another slowly over
/// all.</summary>
/// <param name="Now">The caller's time: what has not expired by both clocks stays, since either can jump.</param>
/// <param name="PageSize">Entries that are looked at.</param>
/// <param name="KeepFor">A fact is kept at least so long.</param>
/// <param name="Front">Goes on at the front; else one page of all.</param>
/// <param name="Node">Whose turn it is to be.</param>
/// <param name="Turn">A key that lets one node do it at a time.</param>
/// <param name="Apart">So long nobody else does.</param>
internal sealed record TrimCall(DateTimeOffset Now, int PageSize, TimeSpan KeepFor, bool Front, string Node, string Turn, TimeSpan Apart)
    : LogCall<Trimmed>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local by, most, keep, field = math.min(now, tonumber(ARGV[2])), ARGV[3], tonumber(ARGV[4]), ARGV[5]
        local node, turn, apart = ARGV[6], ARGV[7], ARGV[8]
        if not redis.call('SET', turn, node, 'NX', 'PX', apart) then
          if redis.call('GET', turn) ~= node then return { state(), { 0, 0, 0 } } end
          redis.call('PEXPIRE', turn, apart)
        end
        local cursor = redis.call('HGET', KEYS[2], field) or '0'
        local page = redis.call('XRANGE', KEYS[1], '(' .. cursor .. '-0', '+', 'COUNT', most)
        local gone, behind, young = {}, 0, false
        for _, entry in ipairs(page) do
          cursor = entry[1]:match('^%d+')
          local at, expires = entry[2][2]:match('^%x+ (%d+) (%d+) ')
          if tonumber(expires or 'inf') <= by then
            gone[#gone + 1] = entry[1]
            behind = by - tonumber(expires)
            if tonumber(cursor) > trimmed then trimmed = tonumber(cursor) end
          end
          young = tonumber(at or 0) + keep > by
        end
        if #gone > 0 then redis.call('XDEL', KEYS[1], unpack(gone)) end
        if #page < tonumber(most) or (field == 'front' and young and #gone == 0) then cursor = '0' end
        redis.call('HSET', KEYS[2], 'trimmed', int(trimmed), field, cursor)
        return { state(), { #page, #gone, int(behind) } }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters =>
    [
        Now.ToUnixTimeMilliseconds(), PageSize, (long)KeepFor.TotalMilliseconds, Front ? "front" : "cursor", Node, Turn,
        (long)Apart.TotalMilliseconds,
    ];

    protected override Trimmed Result(RedisResult result)
        => (long[])result! is [var looked, var gone, var behind]
            ? new(looked, gone, TimeSpan.FromMilliseconds(behind)) : throw new InvalidCastException();
}
