using System.Globalization;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>The audit of all nodes, in one stream under numbers of its own; the oldest entries go when there are more than a
/// hundred thousand. Losing it weakens no refusal.</summary>
internal sealed class RedisAuditStore(RedisConnection redis) : IAuditStore
{
    private const int Most = 100_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly RedisKey _key = redis.Key("audit");

    public Task AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
        => redis.General.RunAsync(new AppendAuditCall(entries, Most), [_key], Limit, cancellation);

    public async ValueTask<IReadOnlyList<AuditEntry>> ListAsync(long? before, int count, CancellationToken cancellation)
    {
        if (before <= 1) return [];
        RedisValue end = before is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number - 1}-0") : "+";
        StreamEntry[] rows = await redis.General.AskAsync(database => database.StreamRangeAsync(_key, "-", end, count, Order.Descending),
            Limit, cancellation);
        return [.. rows.Select(Entry)];
    }

    private static AuditEntry Entry(StreamEntry row) => new()
    {
        Sequence = long.Parse(((string)row.Id!).AsSpan(0, ((string)row.Id!).IndexOf('-')), CultureInfo.InvariantCulture),
        At = DateTimeOffset.FromUnixTimeMilliseconds((long)row["at"]),
        Actor = row["actor"]!,
        Action = row["action"]!,
        Target = OrNull(row["target"]),
        Outcome = row["outcome"]!,
        Address = OrNull(row["address"]),
        Detail = OrNull(row["detail"]),
    };

    private static string? OrNull(RedisValue text) => text.IsNullOrEmpty ? null : (string?)text;
}
