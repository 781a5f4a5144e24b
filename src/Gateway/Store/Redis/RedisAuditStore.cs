using System.Globalization;
using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>The audit of all nodes, in one stream under numbers of its own and in one chain; the oldest entries go when there are too many
/// of them or they are too old. Losing it weakens no refusal; a new chain begins then, with number 1.</summary>
internal sealed class RedisAuditStore(RedisConnection redis, AuditOptions options, TimeProvider time) : IAuditStore
{
    private const int Most = 100_000;
    private const int MostTries = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly RedisKey _key = redis.Key("audit");

    // What stood last when this node looked; whoever has appended meanwhile makes it look again.
    private volatile AuditEnd _end = new(0, "");

    public async Task AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        long oldest = (time.GetUtcNow() - options.KeepFor).ToUnixTimeMilliseconds();
        for (int tries = 0; tries < MostTries; tries++)
        {
            AuditEnd end = _end;
            (bool appended, long number, string hash) = await redis.General.RunAsync(
                new AppendAuditCall(Chained(entries, end), end.Number, options.Most ?? Most, oldest), [_key], Limit, cancellation);
            _end = new(number, hash);
            if (appended) return;
        }
        throw new StoreUnavailableException("Too many nodes write to the audit at once.");
    }

    // An absent text and an empty one are one in Redis, so they are in the chain.
    private static List<AuditEntry> Chained(IReadOnlyList<AuditEntry> entries, AuditEnd end)
    {
        List<AuditEntry> chained = new(entries.Count);
        (long number, string hash) = (end.Number, end.Hash);
        foreach (AuditEntry entry in entries)
        {
            AuditEntry next = entry with
            {
                Sequence = ++number, Target = OrNull(entry.Target), Address = OrNull(entry.Address), Detail = OrNull(entry.Detail),
                Trace = OrNull(entry.Trace),
            };
            hash = AuditChain.Next(hash, next);
            chained.Add(next with { Hash = hash });
        }
        return chained;
    }

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
        Trace = OrNull(row["trace"]),
        Hash = OrNull(row["hash"]),
    };

    private sealed record AuditEnd(long Number, string Hash);

    private static string? OrNull(RedisValue text) => text.IsNullOrEmpty ? null : (string?)text;
}
