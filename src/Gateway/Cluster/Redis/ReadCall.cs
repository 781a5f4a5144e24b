using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Reads a page of the log.</summary>
/// <param name="After">Entries with a greater number.</param>
/// <param name="Most">How many at most.</param>
internal sealed record ReadCall(long After, int Most) : LogCall<EntryPage>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local after, most = ARGV[2], ARGV[3]
        local page = redis.call('XRANGE', KEYS[1], '(' .. after .. '-0', '+', 'COUNT', most)
        local flat, n = {}, 0
        for _, entry in ipairs(page) do
          local f = entry[2]
          flat[n + 1] = entry[1]:match('^%d+')
          flat[n + 2] = #f == 2 and f[1] == 'f' and f[2] or ''
          n = n + 2
        end
        return { state(), flat }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [After, Most];

    protected override EntryPage Result(RedisResult result) => EntryPage.Read((RedisValue[])result!);
}
