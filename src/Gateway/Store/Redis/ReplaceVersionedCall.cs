using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Sets a value, or removes it, if what stands there is still of the version that was read.</summary>
/// <param name="Present">The version that was read.</param>
/// <param name="Value">Null removes it.</param>
/// <param name="Deadline">By Redis' clock; after it nothing is done (rule R18).</param>
internal sealed record ReplaceVersionedCall(
    Keyspace Space, string Prefix, string Key, long Present, string? Value, DateTimeOffset Deadline)
    : VersionedCall<ReplaceVersionedCall.Outcome>(Space, Prefix)
{
    private static readonly RedisScript Text = Then(
        """
        local key, read, sets, value, deadline = ARGV[5], tonumber(ARGV[6]), ARGV[7] == '1', ARGV[8], tonumber(ARGV[9])
        if now > deadline then return { 0, 0, '0', int(now) } end
        if settled == 0 then return { 0, 0, '0' } end
        local stored = redis.call('HGET', KEYS[4], key)
        local present = stored and version_of(stored) or 0
        if present ~= read or (stored and for_good and removed(stored)) then return { 1, 0, '0' } end
        if not stored and not sets then return { 1, 1, '0' } end
        local version = math.max(present + 1, now)
        set(key, record(version, sets and value or nil))
        return { 1, 1, int(version) }
        """, fills: true);

    /// <param name="Settled">False while it is not sure what stands there; nothing was done.</param>
    /// <param name="Done">Whether it was done.</param>
    /// <param name="Version">The version that stands now; 0 where nothing does.</param>
    /// <param name="LateAt">Redis' time, when that was past the deadline; then nothing was done.</param>
    internal sealed record Outcome(bool Settled, bool Done, long Version, DateTimeOffset? LateAt);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters => [Key, Present, Value is null ? 0 : 1, Value ?? "", Deadline.ToUnixTimeMilliseconds()];

    public override Outcome Read(RedisResult answer)
        => new((bool)answer[0], (bool)answer[1], (long)answer[2],
            answer.Length > 3 ? DateTimeOffset.FromUnixTimeMilliseconds((long)answer[3]) : null);
}
