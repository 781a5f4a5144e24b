using Gateway.Cluster;
using Gateway.Enforcement;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store.Sqlite;

namespace Gateway.Observability;

/// <summary>The figures that are asked for rather than reported: what stands in each room at the moment of a reading.</summary>
internal static class Gauges
{
    public static void Observe(IServiceProvider services)
    {
        GatewayMetrics metrics = services.GetRequiredService<GatewayMetrics>();
        LiveConnections connections = services.GetRequiredService<LiveConnections>();
        RevocationIndex index = services.GetRequiredService<RevocationIndex>();
        SessionRegistry sessions = services.GetRequiredService<SessionRegistry>();
        RealmSet realms = services.GetRequiredService<RealmSet>();
        Lease lease = services.GetRequiredService<Lease>();
        LogFollower follower = services.GetRequiredService<LogFollower>();
        SqliteDatabase store = services.GetRequiredService<SqliteDatabase>();
        ClusterStatus cluster = services.GetRequiredService<ClusterStatus>();

        metrics.ObserveConnections(connections.CountByKind);
        metrics.ObserveIndex(() => index.Count);
        metrics.ObserveSessions(() => sessions.Pending);
        metrics.ObserveTokenCache(() => realms.All.Sum(realm => (long)realm.Cache.Count));
        metrics.ObserveLease(() => lease.IsUsable);
        metrics.ObservePosition(() => follower.Applied.Number);
        metrics.ObserveLag(() => cluster.Nodes()[0].Lag);
        metrics.ObserveStore(() => store.Trouble is null);
        metrics.ObserveNodes(() => cluster.Nodes().Count(node => node.Lease));
    }
}
