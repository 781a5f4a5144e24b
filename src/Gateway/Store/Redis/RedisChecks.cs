using Gateway.Revocation;

namespace Gateway.Store.Redis;

/// <summary>Looks at the server once it can be reached, and again after each of its restarts: what would break the promise, or wear it down, is said.</summary>
internal sealed partial class RedisChecks(RedisConnection redis, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<RedisChecks> logger) : BackgroundService
{
    public static readonly Version Oldest = new(7, 0);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        string checkedRun = "";
        try
        {
            while (true)
            {
                TimeSpan next = Every;
                try
                {
                    checkedRun = await Check(checkedRun, stopping);
                }
                catch (StoreUnavailableException)
                {
                    next = TimeSpan.FromSeconds(1);
                }
                await Task.Delay(next, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task<string> Check(string checkedRun, CancellationToken cancellation)
    {
        string server = (string)(await redis.General.Execute("INFO", ["server"], Limit, cancellation))!;
        string run = Field(server, "run_id");
        if (run == checkedRun) return run;
        if (Version.TryParse(Field(server, "redis_version"), out Version? version) && version < Oldest) TooOld(logger, version, Oldest);
        if (Field(server, "redis_mode") == "cluster" && WhyNotOneSlot(redis.Prefix) is { } reason)
        {
            NotOneSlot(logger, reason);
            lifetime.StopApplication();
            return run;
        }
        string memory = (string)(await redis.General.Execute("INFO", ["memory"], Limit, cancellation))!;
        string policy = Field(memory, "maxmemory_policy");
        if (policy is not ("noeviction" or "")) Evicts(logger, policy, policy.StartsWith("volatile", StringComparison.Ordinal)
            ? "markers, sessions and what makes an append idempotent"
            : "every key, also the revocation log itself; its loss would be repaired from the nodes' memory, as often as it happens");
        return run;
    }

    /// <summary>With Redis Cluster every key of the log must lie in one slot. Null when the prefix sees to it.</summary>
    public static string? WhyNotOneSlot(string prefix)
    {
        int open = prefix.IndexOf('{'), close = open < 0 ? -1 : prefix.IndexOf('}', open);
        return close > open + 1 ? null
            : $"Redis Cluster needs every key of the log in one slot: set Gateway:Store:Prefix to a hash tag, as in \"{{{(prefix.Length == 0 ? "gateway" : prefix.Trim('{', '}'))}}}\".";
    }

    private static string Field(string info, string name)
    {
        foreach (string line in info.Split('\n'))
            if (line.StartsWith(name + ":", StringComparison.Ordinal)) return line[(name.Length + 1)..].Trim();
        return "";
    }

    [LoggerMessage(EventId = 502, Level = LogLevel.Error, Message = "Redis is version {Version}; this gateway is made for {Oldest} and newer. Upgrade it.")]
    private static partial void TooOld(ILogger logger, Version version, Version oldest);

    [LoggerMessage(EventId = 503, Level = LogLevel.Critical, Message = "The configuration does not fit this Redis, so this gateway stops: {Reason}")]
    private static partial void NotOneSlot(ILogger logger, string reason);

    [LoggerMessage(EventId = 504, Level = LogLevel.Warning, Message = "Redis' maxmemory-policy is {Policy}: when it is full it evicts {What}. Set it to noeviction.")]
    private static partial void Evicts(ILogger logger, string policy, string what);
}
