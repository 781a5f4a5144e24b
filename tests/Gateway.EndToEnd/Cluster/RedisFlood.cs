using Gateway.Revocation;

namespace Gateway.EndToEnd.Cluster;

/// <summary>What a fault run puts into Redis: very many facts at once, and messages that nobody meant.</summary>
internal sealed class RedisFlood
{
    private int _made;

    /// <summary>Appends facts: the first time more than a node's queue to its disk takes. They expire soon, so that the faults after this
    /// one find a log of usual length.</summary>
    public async Task BurstAsync(RedisServer redis)
    {
        await using LoneLog log = await LoneLog.StartAsync(redis, "gateway");
        for (int pages = _made == 0 ? 120 : 5; pages > 0; pages--)
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            Fact[] some = [.. Enumerable.Range(0, 1000).Select(_ => new Fact.Revocation
            {
                Id = Guid.CreateVersion7(now), At = now, Expires = now.AddSeconds(15), Actor = "burst",
                Target = new Target.Session("main", $"burst-{_made++}"),
            })];
            await Eventually.PassesAsync(() => log.Log.RestoreAsync(some, default));
        }
    }

    /// <summary>Says, as whoever may publish can, that every node has applied whatever comes.</summary>
    public static async Task ForgeAsync(RedisServer redis)
    {
        string epoch = await redis.CommandAsync("HGET", "gateway:epoch", "id") ?? "";
        foreach (string node in ((await redis.CommandAsync("HKEYS", "gateway:nodes")) ?? "").Split('\n').Append("nobody"))
            await redis.CommandAsync("PUBLISH", "gateway:acks", $"{node.Trim()}|{epoch}|{long.MaxValue}");
        await redis.CommandAsync("PUBLISH", "gateway:bell", "forged");
        await Task.Delay(1);
    }
}
