using Gateway.Revocation;
using Gateway.Store.Sqlite;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Versioned values of a cluster: a hash for each keyspace, the order in which they changed beside it, and a replica in
/// each node's store file.</summary>
internal sealed class RedisVersionedStore(RedisConnection redis, VersionedTable replica, TimeProvider time) : IVersionedStore
{
    private const int PageSize = 500;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public string? LocalFile => null;

    public bool HasReplica => Keyspace.All.Any(space => replica.Page(space, after: null, limit: 1) is not []);

    public async Task<VersionedValue> ReadAsync(Keyspace space, string key, CancellationToken cancellation)
        => await RunAsync(new ReadVersionedCall(space, redis.Prefix, key), cancellation) ?? throw new UnsettledException();

    public async Task<bool> ReplaceAsync(Keyspace space, string key, VersionedValue present, string? value, CancellationToken cancellation)
    {
        long asked = time.GetTimestamp();
        DateTimeOffset deadline = await redis.Clock.DeadlineAsync(redis.General, Limit, cancellation);
        (bool settled, bool done, long version, DateTimeOffset? late) = await RunAsync(
            new ReplaceVersionedCall(space, redis.Prefix, key, present.Version, value, deadline), cancellation);
        if (late is { } now)
        {
            redis.Clock.Saw(now, asked);
            throw new StoreUnavailableException("It came to Redis too late; nothing has changed. Repeat it.")
                { HadNoEffect = true };
        }
        if (!settled) throw new UnsettledException();
        if (!done) return false;
        // It is done only once this machine can give it back.
        KeyValuePair<string, VersionedValue> standing = new(key, new(version, value));
        if (version > 0) await replica.MergeAsync(space, [standing], progress: null, cancellation);
        return true;
    }

    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(Keyspace space, string prefix, CancellationToken cancellation)
        => await CatchUpAsync(space, cancellation) ? replica.List(space, prefix) : throw new UnsettledException();

    public async Task<bool> CatchUpAsync(Keyspace space, CancellationToken cancellation)
    {
        ReplicaProgress known = replica.Progress(space);
        while (true)
        {
            VersionedChangesCall.Page page = await RunAsync(new VersionedChangesCall(space, redis.Prefix, known, PageSize), cancellation);
            if (page.Now != known) await replica.MergeAsync(space, page.Changes, page.Now, cancellation);
            known = page.Now;
            if (page.Changes.Count < PageSize) return page.Settled;
        }
    }

    public async Task<int> RestoreAsync(string epoch, CancellationToken cancellation)
    {
        int restored = 0;
        foreach (Keyspace space in Keyspace.All)
        {
            string? after = null;
            while (replica.Page(space, after, PageSize) is { Count: > 0 } page)
            {
                RestoreVersionedCall.Outcome outcome = await RunAsync(new RestoreVersionedCall(space, redis.Prefix, epoch, page),
                    cancellation);
                if (outcome.Epoch != epoch) return -1;
                restored += outcome.Restored;
                after = page[^1].Key;
            }
        }
        return restored;
    }

    private Task<T> RunAsync<T>(VersionedCall<T> call, CancellationToken cancellation)
    {
        RedisKey[] keys =
        [
            redis.Key("log"), redis.Key("epoch"), redis.Key("nodes"),
            redis.Key("versioned:" + call.Space.Name), redis.Key($"versioned:{call.Space.Name}:changes"),
        ];
        return redis.General.RunAsync(call, keys, Limit, cancellation);
    }
}
