using Gateway.Cluster.Redis;
using Gateway.Cluster.Sqlite;
using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

internal static class ClusterExtensions
{
    /// <summary>Gives the log, and what one node does with it: alone on its machine, or as a member of a cluster.</summary>
    public static WebApplicationBuilder AddCluster(this WebApplicationBuilder builder, StoreOptions store)
    {
        builder.Services
            .AddSingleton<Node>()
            .AddSingleton<Lease>()
            .AddSingleton<Doorbells>()
            .AddSingleton<ClusterWatch>()
            .AddSingleton<Acknowledgements>()
            .AddSingleton<CarefulClock>()
            .AddSingleton<FactTable>()
            .AddSingleton<ClusterStatus>()
            .AddSingleton<ClusterMetrics>()
            .AddHostedService<ClusterGauges>()
            .AddLoop<FactTrimming>();
        if (store.Kind == StoreKind.Redis) builder.Services.AddRedisLog();
        else builder.Services.AddSqliteLog();
        return builder;
    }

    /// <summary>Adds the log in the store file; this node is alone with it.</summary>
    private static void AddSqliteLog(this IServiceCollection services) => services
        .AddSingleton<IRevocationLog, SqliteLog>()
        .AddSingleton(ReplicaQuorum.None)
        .AddSingleton<IMembership, AloneMembership>()
        .AddLoop<LogFollower>();

    /// <summary>Adds the log in Redis, which several nodes share. Loops stop in the opposite order, after the listeners: the lease is
    /// given back first of these (rule R11).</summary>
    private static void AddRedisLog(this IServiceCollection services) => services
        .AddSingleton<IClusterLog, RedisLog>()
        .AddSingleton<IRevocationLog>(provider => provider.GetRequiredService<IClusterLog>())
        .AddSingleton<IMembership, ClusterMembership>()
        .AddLoop<LocalReplica>()
        .AddLoop<Repair>()
        .AddLoop<LogFollower>()
        .AddLoop<LogTrimming>()
        .AddLoop<ValueFollower>()
        .AddLoop<BellListening>()
        .AddLoop<AcknowledgementReading>()
        .AddLoop<Acknowledging>()
        .AddLoop<LeaseRenewal>();
}
