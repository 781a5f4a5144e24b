using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Rule R2: which of these facts the log does not hold.</summary>
internal sealed record MissingCall(string Prefix, IReadOnlyList<Fact> Facts) : LogCall<IReadOnlyList<Fact>>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local prefix, first = ARGV[2], 3
        local missing = {}
        for i = first, #ARGV do
          local id = ARGV[i]
          local known = redis.pcall('GET', prefix .. ':fact:' .. id)
          local n = type(known) == 'string' and known:match('^%d+')
          local found = n and redis.call('XRANGE', KEYS[1], n .. '-0', n .. '-0')[1]
          if not (found and found[2][2]:sub(1, #id) == id) then missing[#missing + 1] = i - first end
        end
        return { state(), missing }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Prefix, .. Facts.Select(fact => (RedisValue)fact.Id.ToString("N"))];

    protected override IReadOnlyList<Fact> Result(RedisResult result) => [.. ((int[])result!).Select(index => Facts[index])];
}
