using System.Globalization;
using Gateway.Store.Sqlite;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Versioned values of a cluster: a hash for each keyspace, the order in which they changed beside it, and a replica in
/// each node's store file.</summary>
internal sealed class RedisVersionedStore(RedisConnection redis, VersionedTable replica) : IVersionedStore
{
    private const int PageSize = 500;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public bool HasReplica => Keyspace.All.Any(space => replica.Page(space, after: null, limit: 1) is not []);

    public async Task<VersionedValue> ReadAsync(Keyspace space, string key, CancellationToken cancellation)
    {
        RedisResult[] answer = await RunAsync(VersionedScripts.Read, space, [key], cancellation);
        return (long)answer[0] == 1 ? Decode((string?)answer[1]) : throw new UnsettledException();
    }

    public async Task<bool> ReplaceAsync(Keyspace space, string key, VersionedValue present, string? value, CancellationToken cancellation)
    {
        RedisResult[] answer = await RunAsync(
            VersionedScripts.Replace, space, [key, present.Version, value is null ? "0" : "1", value ?? ""], cancellation);
        if ((long)answer[0] != 1) throw new UnsettledException();
        if ((long)answer[1] != 1) return false;
        // It is done only once this machine can give it back.
        long version = LogAnswers.Number(answer[2]);
        KeyValuePair<string, VersionedValue> now = new(key, new(version, value));
        if (version > 0) await replica.MergeAsync(space, [now], progress: null, cancellation);
        return true;
    }

    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(Keyspace space, string prefix, CancellationToken cancellation)
        => await CatchUpAsync(space, cancellation) ? replica.List(space, prefix) : throw new UnsettledException();

    public async Task<bool> CatchUpAsync(Keyspace space, CancellationToken cancellation)
    {
        ReplicaProgress known = replica.Progress(space);
        while (true)
        {
            RedisResult[] answer = await RunAsync(VersionedScripts.Changes, space, [known.Epoch, known.Number, PageSize], cancellation);
            string epoch = (string)answer[1]!;
            RedisValue[] flat = (RedisValue[])answer[2]!;
            ReplicaProgress now = new(epoch, flat is [] ? epoch == known.Epoch ? known.Number : 0 : (long)flat[^2]);
            List<KeyValuePair<string, VersionedValue>> changes = new(flat.Length / 3);
            for (int i = 0; i < flat.Length; i += 3) changes.Add(KeyValuePair.Create((string)flat[i]!, Decode(flat[i + 2])));
            if (now != known) await replica.MergeAsync(space, changes, now, cancellation);
            known = now;
            if (changes.Count < PageSize) return (long)answer[0] == 1;
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
                object[] values = [.. page.SelectMany(entry => (object[])[entry.Key, Encode(entry.Value)])];
                RedisResult[] answer = await RunAsync(VersionedScripts.Restore, space, [epoch, .. values], cancellation);
                if ((string)answer[0]! != epoch) return -1;
                restored += (int)answer[1];
                after = page[^1].Key;
            }
        }
        return restored;
    }

    private async Task<RedisResult[]> RunAsync(RedisScript script, Keyspace space, object[] arguments, CancellationToken cancellation)
    {
        RedisKey[] keys =
        [
            redis.Key("log"), redis.Key("epoch"), redis.Key("nodes"),
            redis.Key("versioned:" + space.Name), redis.Key($"versioned:{space.Name}:changes"),
        ];
        string newEpoch = Guid.CreateVersion7().ToString("N"), forGood = space.RemovedForGood ? "1" : "0";
        object[] all = [newEpoch, space.Name, redis.Prefix, forGood, .. arguments];
        return (RedisResult[])(await redis.General.Run(script, keys, all, Limit, cancellation))!;
    }

    private static string Encode(VersionedValue value)
        => value.Version.ToString(CultureInfo.InvariantCulture) + (value.Value is null ? "" : " " + value.Value);

    private static VersionedValue Decode(string? stored)
    {
        if (string.IsNullOrEmpty(stored)) return VersionedValue.None;
        int space = stored.IndexOf(' ');
        return space < 0
            ? new(long.Parse(stored, CultureInfo.InvariantCulture), null)
            : new(long.Parse(stored.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture), stored[(space + 1)..]);
    }
}
