using Gateway.Hosting;
using Gateway.Store;

namespace Gateway.Cluster;

internal static class ClusterExtensions
{
    public static WebApplicationBuilder AddCluster(this WebApplicationBuilder builder, StoreOptions store)
    {
        builder.Services
            .AddSingleton<Node>()
            .AddSingleton<Lease>()
            .AddSingleton<ClusterWatch>()
            .AddSingleton<Acknowledgements>()
            .AddSingleton<CarefulClock>()
            .AddSingleton<LocalReplica>()
            .AddSingleton<Repair>()
            .AddSingleton<LogFollower>()
            .AddSingleton<ClusterStatus>()
            .AddSingleton<ClusterMetrics>()
            .AddHostedService<ClusterGauges>();
        // Hosted services stop in the opposite order, after the listeners: the lease is given back first of these (rule R11).
        builder.Services
            .AddHostedService(services => services.GetRequiredService<LocalReplica>())
            .AddHostedService(services => services.GetRequiredService<LogFollower>());
        if (store.Kind == StoreKind.Redis)
        {
            builder.Services
                .AddHostedService<Trimming>()
                .AddLoop<ValueFollower>()
                .AddHostedService<LeaseKeeper>();
        }
        return builder;
    }
}
