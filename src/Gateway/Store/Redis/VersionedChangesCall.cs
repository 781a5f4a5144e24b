using Gateway.Store.Sqlite;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Reads a page of what has changed.</summary>
/// <param name="Known">Up to where the changes are known.</param>
internal sealed record VersionedChangesCall(Keyspace Space, string Prefix, ReplicaProgress Known, int Most)
    : VersionedCall<VersionedChangesCall.Page>(Space, Prefix)
{
    private static readonly RedisScript Text = Then(
        """
        local after, most = ARGV[5] == epoch and ARGV[6] or '0', ARGV[7]
        local changed = redis.call('ZRANGEBYSCORE', KEYS[5], '(' .. after, '+inf', 'WITHSCORES', 'LIMIT', 0, most)
        local flat = {}
        for i = 1, #changed, 2 do
          flat[#flat + 1] = changed[i]
          flat[#flat + 1] = changed[i + 1]
          flat[#flat + 1] = redis.call('HGET', KEYS[4], changed[i]) or ''
        end
        return { settled, epoch, flat }
        """);

    /// <param name="Settled">Whether what stands here is sure.</param>
    /// <param name="Now">Up to where the changes are known with this page.</param>
    internal sealed record Page(bool Settled, ReplicaProgress Now, IReadOnlyList<KeyValuePair<string, VersionedValue>> Changes);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Known.Epoch, Known.Number, Most];

    public override Page Read(RedisResult answer)
    {
        string epoch = (string)answer[1]!;
        RedisValue[] flat = (RedisValue[])answer[2]!;
        List<KeyValuePair<string, VersionedValue>> changes = new(flat.Length / 3);
        for (int i = 0; i < flat.Length; i += 3) changes.Add(KeyValuePair.Create((string)flat[i]!, VersionedForm.Read(flat[i + 2])));
        return new((bool)answer[0], new(epoch, flat is [] ? epoch == Known.Epoch ? Known.Number : 0 : (long)flat[^2]), changes);
    }
}
