using Gateway.Cluster;
using Gateway.Cluster.Redis;
using Gateway.Revocation;
using Gateway.Store.Redis;
using Gateway.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.EndToEnd.Cluster;

/// <summary>A log as one node has it, without the rest of the node.</summary>
internal sealed class LoneLog : IAsyncDisposable
{
    public LoneLog(RedisServer redis, string prefix, TimeSpan? keepFor = null, int replicas = 0, string? user = null,
        string? password = null, string more = "")
    {
        StoreOptions store = new() { Kind = StoreKind.Redis,
            Connection =
                $"{redis.Connection}{(user is null ? "" : ",user=" + user)}{(password is null ? "" : ",password=" + password)}{more}",
                Prefix = prefix, Replicas = replicas };
        ClusterOptions cluster = new() { Lease = TimeSpan.FromSeconds(1), AnswerWithin = TimeSpan.FromSeconds(6) };
        ReplicaQuorum quorum = new(replicas, mayFailOver: false);
        Node = new Node(cluster);
        Lease = new Lease(TimeProvider.System);
        Watch = new ClusterWatch(Node, Lease, new Doorbells(), cluster, quorum, TimeProvider.System);
        Connection = new RedisConnection(store, RedisCertificates.None, cluster.Lease, TimeProvider.System,
            NullLogger<RedisConnection>.Instance);
        Log = new RedisLog(Connection, Watch, quorum, cluster, new() { KeepFor = keepFor ?? TimeSpan.FromDays(30) }, TimeProvider.System);
    }

    /// <summary>With every line connected: on a machine that is busy with a start, a first call may take its time.</summary>
    public static async Task<LoneLog> StartAsync(RedisServer redis, string prefix, TimeSpan? keepFor = null, int replicas = 0,
        string? user = null, string? password = null, string more = "")
    {
        LoneLog log = new(redis, prefix, keepFor, replicas, user, password, more);
        foreach (RedisLink link in (RedisLink[])[log.Connection.Appends, log.Connection.Reads, log.Connection.Leases,
            log.Connection.General])
            await Eventually.PassesAsync(() => link.PingAsync(TimeSpan.FromSeconds(5), default));
        return log;
    }

    public Node Node { get; }
    public Lease Lease { get; }
    public ClusterWatch Watch { get; }
    public RedisConnection Connection { get; }
    public RedisLog Log { get; }

    /// <summary>A renewal of this node's lease, as its first one is where nothing is said.</summary>
    public Renewal Renewal(long serial = 1, bool wants = true, string seen = "") => new()
    {
        Node = Node.Id, Serial = serial, Wants = wants, Length = TimeSpan.FromSeconds(1), Repaired = "", Seen = seen, Serves = false,
        Applied = LogPosition.Start, Version = "1.0.0", Address = "here",
    };

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
