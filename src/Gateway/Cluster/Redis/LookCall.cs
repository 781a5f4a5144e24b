using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Asks for the state and nothing else.</summary>
internal sealed record LookCall : LogCall<bool>
{
    private static readonly RedisScript Text = EpochCheck.Then("return { state(), 1 }");

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [];

    protected override bool Result(RedisResult result) => true;
}
