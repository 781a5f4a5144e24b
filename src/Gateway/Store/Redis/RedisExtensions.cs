using Gateway.Revocation;

namespace Gateway.Store.Redis;

internal static class RedisExtensions
{
    /// <summary>The store of a cluster: the log, sessions and second factors in Redis.</summary>
    public static IServiceCollection AddRedis(this IServiceCollection services) => services
        .AddSingleton<RedisConnection>()
        .AddSingleton<RedisRevocationLog>()
        .AddSingleton<IRevocationLog>(provider => provider.GetRequiredService<RedisRevocationLog>())
        .AddSingleton<Sessions.ISessionStore, RedisSessionStore>()
        .AddHostedService<RedisChecks>()
        .AddHostedService<SentinelWatch>();
}
