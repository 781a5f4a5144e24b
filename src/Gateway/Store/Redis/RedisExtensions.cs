using Gateway.Configuration;
using Gateway.Hosting;
using Gateway.Sessions;

namespace Gateway.Store.Redis;

internal static class RedisExtensions
{
    /// <summary>Tells what a cluster shares: sessions, second factors, keys and audit in Redis.</summary>
    public static IServiceCollection AddRedis(this IServiceCollection services, StoreOptions store, TimeSpan lease) => services
        .AddSingleton(provider => new RedisConnection(
            store, CertificatesOf(store, provider.GetRequiredService<ConfigurationFolder>()), lease,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisConnection>>()))
        .AddSingleton(provider => new ReplicaQuorum(
            store.Replicas, provider.GetRequiredService<RedisConnection>().Topology.MayFailOver))
        .AddSingleton<RedisMemory>()
        .AddSingleton(provider => new StoreWarning(() => provider.GetRequiredService<RedisMemory>().Trouble))
        .AddSingleton<RedisServerCheck>()
        .AddSingleton(provider => new ServerCheck("Redis", provider.GetRequiredService<RedisServerCheck>().TroubleAsync))
        .AddSingleton<ISessionStore, RedisSessionStore>()
        .AddSingleton<ISecondFactorStore, RedisSecondFactorStore>()
        .AddSingleton<IVersionedStore, RedisVersionedStore>()
        .AddSingleton<IAuditStore, RedisAuditStore>();

    private static RedisCertificates CertificatesOf(StoreOptions store, ConfigurationFolder folder)
    {
        return new(Resolved(store.CaFile), Resolved(store.CertificateFile), Resolved(store.CertificateKeyFile));

        string? Resolved(string? file) => file is null ? null : folder.Resolve(file);
    }

    /// <summary>Tells what watches over Redis as long as the gateway runs.</summary>
    public static IServiceCollection AddRedisLoops(this IServiceCollection services, StoreOptions store)
    {
        services.AddLoop<RedisChecks>();
        return ConnectionString.NamesSentinels(store.Connection) ? services.AddLoop<SentinelWatch>() : services;
    }
}
