using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Rule R2: gives back what a replica knows.</summary>
/// <param name="Repaired">The epoch that is repaired.</param>
internal sealed record RestoreVersionedCall(Keyspace Space, string Prefix, string Repaired,
    IReadOnlyList<KeyValuePair<string, VersionedValue>> Values)
    : VersionedCall<RestoreVersionedCall.Outcome>(Space, Prefix)
{
    private static readonly RedisScript Text = Then(
        """
        local repaired, first = ARGV[5], 6
        if repaired ~= epoch then return { epoch, 0 } end
        local restored = 0
        for i = first, #ARGV, 2 do
          local key, theirs = ARGV[i], ARGV[i + 1]
          local ours = redis.call('HGET', KEYS[4], key)
          local newer
          if not ours then newer = true
          elseif for_good and removed(theirs) ~= removed(ours) then newer = removed(theirs)
          else newer = version_of(theirs) > version_of(ours) end
          if newer then
            set(key, theirs)
            restored = restored + 1
          end
        end
        return { epoch, restored }
        """, fills: true);

    /// <param name="Epoch">The epoch of now.</param>
    /// <param name="Restored">How many were missing or older.</param>
    internal sealed record Outcome(string Epoch, int Restored);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters
        => [Repaired, .. Values.SelectMany(entry => (RedisValue[])[entry.Key, VersionedForm.Write(entry.Value)])];

    public override Outcome Read(RedisResult answer) => new((string)answer[0]!, (int)answer[1]);
}
