using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Appends entries to the audit's stream, under numbers of its own. KEYS: 1 the stream.</summary>
/// <param name="Most">About so many are kept; the oldest go.</param>
internal sealed record AppendAuditCall(IReadOnlyList<AuditEntry> Entries, int Most) : ScriptCall<long>
{
    private static readonly RedisScript Text = new(
        """
        local most = ARGV[1]
        local names = { 'at', 'actor', 'action', 'target', 'outcome', 'address', 'detail' }
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        local number = last[1] and tonumber(string.match(last[1][1], '^%d+')) or 0
        for at = 2, #ARGV, #names do
          number = number + 1
          local fields = {}
          for i, name in ipairs(names) do fields[i * 2 - 1], fields[i * 2] = name, ARGV[at + i - 1] end
          redis.call('XADD', KEYS[1], 'MAXLEN', '~', most, string.format('%.0f-0', number), unpack(fields))
        end
        return number
        """);

    public override RedisScript Script => Text;

    public override RedisValue[] Arguments() => [Most, .. Entries.SelectMany(Fields)];

    /// <summary>Gives the number of the last one.</summary>
    public override long Read(RedisResult answer) => (long)answer;

    private static IEnumerable<RedisValue> Fields(AuditEntry entry) =>
        [entry.At.ToUnixTimeMilliseconds(), entry.Actor, entry.Action, entry.Target ?? "", entry.Outcome, entry.Address ?? "",
            entry.Detail ?? ""];
}
