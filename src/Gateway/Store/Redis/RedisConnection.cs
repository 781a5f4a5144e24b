using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// The connections of this node to Redis, one for each purpose, so that none waits for another (rule R12): <c>WAIT</c>
/// blocks what follows on its connection, a large page delays what follows on its own, and a lease must not wait for
/// either. Each is made when it is first used and made again when it fails.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <param name="lease">Of a node of the cluster: a connection that does not come about within a fifth of it is tried again.</param>
    public RedisConnection(StoreOptions store, RedisCertificates certificates, TimeSpan lease, TimeProvider time,
        ILogger<RedisConnection> logger)
    {
        Prefix = store.Prefix;
        Clock = new ServerClock(time);
        TimeSpan limit = TimeSpan.FromMilliseconds(Math.Clamp(lease.TotalMilliseconds / 5, 250, 2000));
        Topology = new RedisTopology(store.Connection ?? throw new InvalidOperationException("Gateway:Store:Connection is empty."),
            certificates, limit, time);
        Appends = new RedisLink("appends", Topology, time, logger);
        Leases = new RedisLink("leases", Topology, time, logger);
        Reads = new RedisLink("reads", Topology, time, logger);
        Bells = new RedisLink("bells", Topology, time, logger);
        General = new RedisLink("general", Topology, time, logger);
    }

    public RedisTopology Topology { get; }

    /// <summary>What every key and channel begins with.</summary>
    public string Prefix { get; }

    /// <summary>What its clock shows.</summary>
    public ServerClock Clock { get; }

    /// <summary>Appends alone: <c>WAIT</c> holds up whatever is behind it.</summary>
    public RedisLink Appends { get; }

    /// <summary>Leases and acknowledgements.</summary>
    public RedisLink Leases { get; }

    /// <summary>Pages of the log.</summary>
    public RedisLink Reads { get; }

    /// <summary>The subscriptions.</summary>
    public RedisLink Bells { get; }

    /// <summary>Everything that revocation does not wait for: sessions, second factors.</summary>
    public RedisLink General { get; }

    public RedisKey Key(string name) => Prefix + ":" + name;

    /// <summary>Leaves every server but this one. Returns whether any link led elsewhere.</summary>
    public bool LeaveUnless(string master)
    {
        bool left = false;
        foreach (RedisLink link in (RedisLink[])[Appends, Leases, Reads, Bells, General]) left |= link.LeaveUnless(master);
        return left;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RedisLink link in (RedisLink[])[Appends, Leases, Reads, Bells, General]) await link.DisposeAsync();
    }
}
