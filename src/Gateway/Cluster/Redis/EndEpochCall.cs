using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Rule R10: ends an epoch in which entries are gone that were never trimmed.</summary>
/// <param name="Ended">That epoch; a newer one goes on.</param>
internal sealed record EndEpochCall(string Ended) : LogCall<bool>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local ended = ARGV[2]
        if epoch == ended then redis.call('HSET', KEYS[2], 'life', 'ended', 'trimmed', int(head)) end
        return { state(), epoch == ended and 1 or 0 }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Ended];

    protected override bool Result(RedisResult result) => (bool)result;
}
