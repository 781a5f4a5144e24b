using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Store.Redis;

/// <summary>
/// Looks at the server once it can be reached, and again and again: what would break the promise, or wear it down, is said, and
/// how full it is.
/// </summary>
internal sealed partial class RedisChecks(RedisConnection redis, ReplicaQuorum quorum, RedisMemory memory, ProcessEnd end,
    TimeProvider time, ILogger<RedisChecks> logger) : Loop
{
    public static readonly Version Oldest = new(7, 0);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private bool _tried;

    public override string Work => "looking at the settings of Redis";

    public override TimeSpan RoundTakesAtMost => Every * 6;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        string checkedRun = "";
        try
        {
            while (true)
            {
                Beat();
                TimeSpan next = Every;
                try
                {
                    checkedRun = await CheckAsync(checkedRun, stopping);
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

    private async Task<string> CheckAsync(string before, CancellationToken cancellation)
    {
        if (!_tried)
        {
            if (RedisTrial.Trouble(await new RedisTrial(redis).RefusedAsync(Limit, cancellation)) is { } lacks) LacksRights(logger, lacks);
            _tried = true;
        }
        ServerInfo info = await ServerInfo.AskAsync(redis.General, Limit, cancellation);
        memory.Saw(info);
        string seen = $"{info.Run} {info.Replicas}";
        if (seen == before) return seen;
        if (Version.TryParse(info["redis_version"], out Version? version) && version < Oldest) TooOld(logger, version, Oldest);
        if (info.IsSharded && WhyNotOneSlot(redis.Prefix) is { } reason)
        {
            end.With(1, $"The configuration does not fit this Redis, so this gateway stops: {reason}");
            return seen;
        }
        string policy = info["maxmemory_policy"];
        if (policy is not ("noeviction" or "")) Evicts(logger, policy, policy.StartsWith("volatile", StringComparison.Ordinal)
            ? "markers, sessions and what makes an append idempotent"
            : "every key, also the revocation log itself; its loss would be repaired from the nodes' memory, as often as it happens");
        if (quorum.Trouble(info.Replicas, info.IsSharded) is { } trouble) TwoMasters(logger, trouble);
        else if (info.Replicas == 1 && quorum.RequiredOf(1) == 1) OneReplica(logger);
        return seen;
    }

    /// <summary>Tells why not: with Redis Cluster every key of the log must lie in one slot. Null when the prefix sees to it.</summary>
    public static string? WhyNotOneSlot(string prefix)
    {
        int open = prefix.IndexOf('{'), close = open < 0 ? -1 : prefix.IndexOf('}', open);
        return close > open + 1 ? null
            : $"Redis Cluster needs every key of the log in one slot: set Gateway:Store:Prefix to a hash tag, as in "
                + $"\"{{{(prefix.Length == 0 ? "gateway" : prefix.Trim('{', '}'))}}}\".";
    }

    [LoggerMessage(EventId = 502, Level = LogLevel.Error,
        Message = "Redis is version {Version}; this gateway is made for {Oldest} and newer. Upgrade it.")]
    private static partial void TooOld(ILogger logger, Version version, Version oldest);

    [LoggerMessage(EventId = 504, Level = LogLevel.Warning,
        Message = "Redis' maxmemory-policy is {Policy}: when it is full it evicts {What}. Set it to noeviction.")]
    private static partial void Evicts(ILogger logger, string policy, string what);

    [LoggerMessage(EventId = 512, Level = LogLevel.Error, Message = "{Trouble}")]
    private static partial void LacksRights(ILogger logger, string trouble);

    [LoggerMessage(EventId = 509, Level = LogLevel.Error, Message = "{Trouble}")]
    private static partial void TwoMasters(ILogger logger, string trouble);

    [LoggerMessage(EventId = 510, Level = LogLevel.Warning,
        Message = "Redis has one replica: while one of the two is away no node gets a lease, since nothing proves that the other is the "
            + "master. A third server avoids that.")]
    private static partial void OneReplica(ILogger logger);
}
