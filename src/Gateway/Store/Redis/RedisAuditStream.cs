using System.Globalization;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>The audit of all nodes, in one stream under numbers of its own; the oldest entries go when there are more than a
/// hundred thousand. Losing it weakens no refusal.</summary>
internal sealed class RedisAuditStream(RedisConnection redis) : IAuditStore
{
    private const int Most = 100_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // ARGV: 1 how many are kept; then, for each entry, its fields.
    private static readonly RedisScript Append = new(
        """
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        local number = last[1] and tonumber(string.match(last[1][1], '^%d+')) or 0
        for at = 2, #ARGV, 7 do
          number = number + 1
          redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], string.format('%.0f-0', number),
            'at', ARGV[at], 'actor', ARGV[at + 1], 'action', ARGV[at + 2], 'target', ARGV[at + 3], 'outcome', ARGV[at + 4], 'address', ARGV[at + 5], 'detail', ARGV[at + 6])
        end
        return number
        """);

    private readonly RedisKey _key = redis.Key("audit");

    public Task Add(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
        => redis.General.Run(Append, [_key], [Most, .. entries.SelectMany(Fields)], Limit, cancellation);

    public async ValueTask<IReadOnlyList<AuditEntry>> List(long? before, int count, CancellationToken cancellation)
    {
        if (before <= 1) return [];
        object end = before is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number - 1}-0") : "+";
        RedisResult[] rows = (RedisResult[])(await redis.General.Execute("XREVRANGE", [_key, end, "-", "COUNT", count], Limit, cancellation))!;
        return [.. rows.Select(row => (RedisResult[])row!).Select(row => Entry((string)row[0]!, (string[])row[1]!))];
    }

    private static object[] Fields(AuditEntry entry) =>
        [entry.At.ToUnixTimeMilliseconds(), entry.Actor, entry.Action, entry.Target ?? "", entry.Outcome, entry.Address ?? "", entry.Detail ?? ""];

    // Names and values take turns.
    private static AuditEntry Entry(string id, string[] fields) => new()
    {
        Sequence = long.Parse(id.AsSpan(0, id.IndexOf('-')), CultureInfo.InvariantCulture),
        At = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(fields[1], CultureInfo.InvariantCulture)),
        Actor = fields[3],
        Action = fields[5],
        Target = OrNull(fields[7]),
        Outcome = fields[9],
        Address = OrNull(fields[11]),
        Detail = OrNull(fields[13]),
    };

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
