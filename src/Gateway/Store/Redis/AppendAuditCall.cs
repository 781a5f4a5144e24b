using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Appends entries to the audit's stream, if the last one there is still the one that they follow. KEYS: 1 the stream.</summary>
/// <param name="Entries">With their numbers and hashes.</param>
/// <param name="After">The number of the entry that they follow.</param>
/// <param name="Most">About so many are kept; the oldest go.</param>
/// <param name="Oldest">Those before go as well, milliseconds since 1970.</param>
internal sealed record AppendAuditCall(IReadOnlyList<AuditEntry> Entries, long After, int Most, long Oldest)
    : ScriptCall<(bool Appended, long Number, string Hash)>
{
    private static readonly RedisScript Text = new(
        """
        local names = { 'at', 'actor', 'action', 'target', 'outcome', 'address', 'detail', 'trace', 'hash' }
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        local number, hash = 0, ''
        if last[1] then
          number = tonumber(string.match(last[1][1], '^%d+'))
          for i = 1, #last[1][2], 2 do if last[1][2][i] == 'hash' then hash = last[1][2][i + 1] end end
        end
        if number ~= tonumber(ARGV[1]) then return { 0, number, hash } end
        for at = 4, #ARGV, #names do
          number = number + 1
          local fields = {}
          for i, name in ipairs(names) do fields[i * 2 - 1], fields[i * 2] = name, ARGV[at + i - 1] end
          redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], string.format('%.0f-0', number), unpack(fields))
          hash = ARGV[at + #names - 1]
        end
        for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 20)) do
          if tonumber(entry[2][2]) >= tonumber(ARGV[3]) or string.match(entry[1], '^%d+') == string.format('%.0f', number) then break end
          redis.call('XDEL', KEYS[1], entry[1])
        end
        return { 1, number, hash }
        """);

    public override RedisScript Script => Text;

    public override RedisValue[] Arguments() => [After, Most, Oldest, .. Entries.SelectMany(Fields)];

    /// <summary>Tells whether they were appended, and what stands last now.</summary>
    public override (bool Appended, long Number, string Hash) Read(RedisResult answer)
    {
        RedisResult[] parts = (RedisResult[])answer!;
        return ((int)parts[0] == 1, (long)parts[1], (string)parts[2]!);
    }

    private static IEnumerable<RedisValue> Fields(AuditEntry entry) =>
        [entry.At.ToUnixTimeMilliseconds(), entry.Actor, entry.Action, entry.Target ?? "", entry.Outcome, entry.Address ?? "",
            entry.Detail ?? "", entry.Trace ?? "", entry.Hash];
}
