using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Reads what stands at a key. Null while that is not sure.</summary>
internal sealed record ReadVersionedCall(Keyspace Space, string Prefix, string Key) : VersionedCall<VersionedValue?>(Space, Prefix)
{
    private static readonly RedisScript Text = Then("return { settled, redis.call('HGET', KEYS[4], ARGV[5]) }");

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Key];

    public override VersionedValue? Read(RedisResult answer) => (bool)answer[0] ? VersionedForm.Read((string?)answer[1]) : null;
}
