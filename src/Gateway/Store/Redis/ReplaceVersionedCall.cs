using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Sets a value, or removes it, if what stands there is still of the version that was read.</summary>
/// <param name="Present">The version that was read.</param>
/// <param name="Value">Null removes it.</param>
internal sealed record ReplaceVersionedCall(Keyspace Space, string Prefix, string Key, long Present, string? Value)
    : VersionedCall<ReplaceVersionedCall.Outcome>(Space, Prefix)
{
    private static readonly RedisScript Text = Then(
        """
        local key, read, sets, value = ARGV[5], tonumber(ARGV[6]), ARGV[7] == '1', ARGV[8]
        if settled == 0 then return { 0, 0, '0' } end
        local stored = redis.call('HGET', KEYS[4], key)
        local present = stored and version_of(stored) or 0
        if present ~= read or (stored and for_good and removed(stored)) then return { 1, 0, '0' } end
        if not stored and not sets then return { 1, 1, '0' } end
        local version = math.max(present + 1, now)
        set(key, record(version, sets and value or nil))
        return { 1, 1, int(version) }
        """);

    /// <param name="Settled">False while it is not sure what stands there; nothing was done.</param>
    /// <param name="Done">Whether it was done.</param>
    /// <param name="Version">The version that stands now; 0 where nothing does.</param>
    internal sealed record Outcome(bool Settled, bool Done, long Version);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Key, Present, Value is null ? 0 : 1, Value ?? ""];

    public override Outcome Read(RedisResult answer) => new((bool)answer[0], (bool)answer[1], (long)answer[2]);
}
