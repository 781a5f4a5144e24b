using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Rule R11: gives a lease back. The result says whether it was there.</summary>
/// <param name="Serial">Only if the entry has not changed since (rule R4: the caller has proof that this lease is over); null in any
/// case.</param>
internal sealed record RemoveCall(string Node, long? Serial) : LogCall<bool>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local node, serial = ARGV[2], ARGV[3]
        local entry = redis.call('HGET', KEYS[3], node)
        if not entry or (serial ~= '' and entry:match('^%d+') ~= serial) then return { state(), 0 } end
        redis.call('HDEL', KEYS[3], node, 'a:' .. node)
        listed()
        return { state(), 1 }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Node, Serial is { } serial ? serial : ""];

    protected override bool Result(RedisResult result) => (bool)result;
}
