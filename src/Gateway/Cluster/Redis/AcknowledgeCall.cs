using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Rule R5: a node has applied the log up to a position. The result says whether the list of nodes has that node.</summary>
/// <param name="Channel">Where the others are told.</param>
internal sealed record AcknowledgeCall(string Node, LogPosition Applied, string Channel) : LogCall<bool>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local node, applied, channel = ARGV[2], ARGV[3], ARGV[4]
        local known = redis.call('HEXISTS', KEYS[3], node)
        if known == 1 then
          redis.call('HSET', KEYS[3], 'a:' .. node, applied)
          listed()
        end
        redis.call('PUBLISH', channel, node .. '|' .. applied)
        return { state(), known }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Node, StateForm.Write(Applied), Channel];

    protected override bool Result(RedisResult result) => (bool)result;
}
