using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Rules R1, R3, R4: grants or renews a lease, or announces a node that does not want one yet. The state's head comes with
/// the lease. The result says whether the list of nodes has it; not so a call that was overtaken by a later one.</summary>
internal sealed record RenewCall(Renewal Renewal) : LogCall<bool>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local node, serial, wants, length, repaired, seen = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
        local serves, runs, address, applied = ARGV[8], ARGV[9], ARGV[10], ARGV[11]
        if mature ~= '1' and seen == epoch then
          mature = '1'
          redis.call('HSET', KEYS[2], 'mature', '1')
        end
        local entry = redis.call('HGET', KEYS[3], node)
        -- A call that was held up on a connection since given up must not take back what a later one was given.
        if entry and tonumber(entry:match('^%d+')) >= tonumber(serial) then return { state(), 0 } end
        local repairing = (repaired ~= '' and repaired ~= epoch) and '1' or '0'
        redis.call('HSET', KEYS[3], node,
          table.concat({ serial, wants, int(now + length), length, serves, repairing, runs, address }, '|'), 'a:' .. node, applied)
        listed()
        return { state(), 1 }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters =>
    [
        Renewal.Node, Renewal.Serial, Renewal.Wants ? 1 : 0, (long)Renewal.Length.TotalMilliseconds, Renewal.Repaired, Renewal.Seen,
        Renewal.Serves ? 1 : 0, StateForm.WriteVersion(Renewal), Renewal.Address, StateForm.Write(Renewal.Applied),
    ];

    protected override bool Result(RedisResult result) => (bool)result;
}
