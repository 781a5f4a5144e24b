using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Asks for the state, and for how far the replicas are.</summary>
internal sealed record LookCall : LogCall<Replication>
{
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local offsets = { replication:match('master_repl_offset:(%d+)') }
        for offset in replication:gmatch('state=online,offset=(%d+)') do offsets[#offsets + 1] = offset end
        return { state(), offsets }
        """);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [];

    protected override Replication Result(RedisResult result) => Replication.Read(result);
}
