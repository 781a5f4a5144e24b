using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Tries in Redis, under keys of its own, what a gateway does there: scripts, the stream, hashes, sets, channels. What the user
/// may not do is told by its name; nothing of it stays.</summary>
internal sealed class RedisTrial(RedisConnection redis)
{
    private readonly RedisKey _key = redis.Key("trial:" + Guid.NewGuid().ToString("N"));

    /// <summary>Tells what is refused, each with what Redis says; empty when everything works.</summary>
    /// <exception cref="StoreUnavailableException">It gives no answer.</exception>
    public async Task<IReadOnlyList<string>> RefusedAsync(TimeSpan limit, CancellationToken cancellation)
    {
        (string What, string Command, object[] Arguments)[] tries =
        [
            ("its figures (INFO)", "INFO", ["server"]), ("its clock (TIME)", "TIME", []),
            ("scripts (EVAL)", "EVAL", ["return redis.call('INFO', 'replication')", 1, _key]),
            ("scripts by their digest (EVALSHA)", "EVALSHA", ["e0e1f9fabfc9d4800c877a703b823ac0578ff8db", 1, _key]),
            ("strings (SET)", "SET", [_key, "1", "PX", 10_000]), ("strings (GET)", "GET", [_key]), ("keys (PTTL)", "PTTL", [_key]),
            ("keys (DEL)", "DEL", [_key]), ("the stream (XADD)", "XADD", [_key, "1-0", "f", "1"]),
            ("the stream (XRANGE)", "XRANGE", [_key, "-", "+"]), ("the stream (XDEL)", "XDEL", [_key, "1-0"]),
            ("keys (DEL)", "DEL", [_key]),
            ("hashes (HSET)", "HSET", [_key, "a", "1"]), ("hashes (HMGET)", "HMGET", [_key, "a"]), ("keys (DEL)", "DEL", [_key]),
            ("sorted sets (ZADD)", "ZADD", [_key, 1, "a"]), ("sorted sets (ZRANGE)", "ZRANGE", [_key, 0, -1]),
            ("keys (DEL)", "DEL", [_key]),
            ("channels (PUBLISH)", "PUBLISH", [redis.Prefix + ":trial", ""]),
        ];
        List<string> refused = [];
        foreach ((string what, string command, object[] arguments) in tries)
        {
            try { await redis.General.AskAsync(database => database.ExecuteAsync(command, arguments), limit, cancellation); }
            catch (StoreUnavailableException error) when (error.InnerException is RedisServerException said)
            {
                // Any other error is no lack of rights: an unknown digest has been looked up, a full Redis has been asked.
                if (RedisFailure.IsMissingRight(said)) refused.Add($"{what}: {said.Message}");
            }
        }
        if (await HearsAsync(limit, cancellation) is { } deaf) refused.Add($"channels (SUBSCRIBE): {deaf}");
        return [.. refused.Distinct()];
    }

    private async Task<string?> HearsAsync(TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await redis.Bells.PingAsync(limit, cancellation);
            return null;
        }
        catch (StoreUnavailableException error) { return error.Message; }
    }

    /// <summary>Puts what is refused in words, with the cure; null when nothing is.</summary>
    public static string? Trouble(IReadOnlyList<string> refused) => refused.Count == 0 ? null
        : $"The user of Gateway:Store:Connection lacks rights in Redis. Refused: {string.Join("; ", refused)}. The manual lists the rights "
            + "under Operations.";
}
