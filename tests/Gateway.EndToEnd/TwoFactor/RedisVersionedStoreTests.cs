using Gateway.EndToEnd.Cluster;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Redis;
using Gateway.Store.Sqlite;
using Gateway.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.EndToEnd.TwoFactor;

public sealed class RedisVersionedStoreTests(RedisFixture fixture) : VersionedStoreContract, IClassFixture<RedisFixture>, IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _nodes = [];
    private readonly string _prefix = "{v" + Guid.NewGuid().ToString("N")[..8] + "}";

    /// <summary>What a node has of the store, with its replica.</summary>
    private sealed class Replica : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly SqliteDatabase _database;
        private readonly LoneLog _log;
        private int _serial;

        public Replica(LoneLog log)
        {
            _log = log;
            _database = new(_folder["gateway.db"], claim: false, NullLogger<SqliteDatabase>.Instance);
            Store = new(log.Connection, new VersionedTable(_database), TimeProvider.System);
        }

        public RedisVersionedStore Store { get; }

        /// <summary>Says that it is there; in the end also that the epoch is 1.1 leases old (rule R3).</summary>
        /// <param name="repaired">The epoch in which it has repaired; default the one of now.</param>
        /// <returns>The epoch.</returns>
        public async Task<string> RenewAsync(bool mature = true, string? repaired = null)
        {
            string epoch = (await _log.Log.HeadAsync(default)).Epoch;
            Renewal renewal = _log.Renewal(++_serial, wants: false, seen: mature ? epoch : "");
            renewal = renewal with { Length = TimeSpan.FromMinutes(1), Repaired = repaired ?? epoch, Applied = new(epoch, 0) };
            await _log.Log.RenewAsync(renewal, TimeSpan.FromSeconds(2), default);
            return epoch;
        }

        public async ValueTask DisposeAsync()
        {
            await _log.DisposeAsync();
            _database.Dispose();
            _folder.Dispose();
        }
    }

    private protected override async ValueTask<IVersionedStore> NodeAsync()
    {
        Replica node = await StartAsync(fixture.Redis);
        await node.RenewAsync();
        return node.Store;
    }

    private async Task<Replica> StartAsync(RedisServer redis)
    {
        Replica node = new(await LoneLog.StartAsync(redis, _prefix));
        _nodes.Add(node);
        return node;
    }

    private Task RedisAsync(params string[] words) => fixture.Redis.CommandAsync(words);

    private string Hash(string space) => $"{_prefix}:versioned:{space}";

    // As FLUSHALL does it, without the other tests' data.
    private async Task LoseEverythingAsync()
    {
        string keys = (await fixture.Redis.CommandAsync("KEYS", _prefix.Replace("{", "\\{") + ":*"))!;
        foreach (string key in keys.Split('\n')) await RedisAsync("DEL", key);
    }

    private static Task UnknownAsync(Func<Task> call) => Assert.ThrowsAsync<UnsettledException>(call);

    [Fact]
    public async Task Nothing_is_known_before_the_epoch_is_old_enough_and_while_a_node_repairs()
    {
        Replica one = await StartAsync(fixture.Redis), two = await StartAsync(fixture.Redis);
        await UnknownAsync(() => one.Store.ReadAsync(Factors, "a", default));
        await UnknownAsync(() => one.Store.ReplaceAsync(Factors, "a", VersionedValue.None, "1", default));
        await UnknownAsync(() => one.Store.ListAsync(Factors, "", default));
        await one.RenewAsync();
        await SetAsync(one.Store, "a", "1");
        await two.RenewAsync(repaired: "an epoch of before");
        await UnknownAsync(() => one.Store.ReadAsync(Factors, "a", default));
        await two.RenewAsync();
        Assert.Equal("1", (await one.Store.ReadAsync(Factors, "a", default)).Value);
    }

    [Fact]
    public async Task What_Redis_has_lost_is_given_back_by_whoever_knows_it_and_what_was_removed_stays_removed()
    {
        Replica one = await StartAsync(fixture.Redis), two = await StartAsync(fixture.Redis);
        string before = await one.RenewAsync();
        await SetAsync(one.Store, "alice", "factors");
        await SetAsync(one.Store, "bob", "factors");
        await SetAsync(one.Store, "ops", "hash", Keys);
        await SetAsync(one.Store, "leaked", "hash", Keys);
        foreach (Keyspace space in Keyspace.All) Assert.True(await two.Store.CatchUpAsync(space, default));
        // The second node has not heard of these yet.
        await SetAsync(one.Store, "bob", null);
        await SetAsync(one.Store, "leaked", null, Keys);
        VersionedValue alice = await one.Store.ReadAsync(Factors, "alice", default);

        await LoseEverythingAsync();
        await UnknownAsync(() => two.Store.ReadAsync(Factors, "alice", default));
        string epoch = await two.RenewAsync(repaired: before);
        Assert.Equal(4, await two.Store.RestoreAsync(epoch, default));
        await two.RenewAsync();
        Assert.Equal(2, await one.Store.RestoreAsync(epoch, default));
        Assert.Equal(0, await one.Store.RestoreAsync(epoch, default));
        Assert.Equal(-1, await one.Store.RestoreAsync(before, default));

        foreach (Replica node in (Replica[])[one, two])
        {
            Assert.Equal(alice, await node.Store.ReadAsync(Factors, "alice", default));
            Assert.Equal(["alice"], (await node.Store.ListAsync(Factors, "", default)).Select(entry => entry.Key));
            Assert.Equal(["ops"], (await node.Store.ListAsync(Keys, "", default)).Select(entry => entry.Key));
        }
    }

    [Fact]
    public async Task A_node_that_was_away_brings_nothing_back()
    {
        Replica one = await StartAsync(fixture.Redis), away = await StartAsync(fixture.Redis);
        string before = await one.RenewAsync();
        await SetAsync(one.Store, "alice", "old");
        await SetAsync(one.Store, "leaked", "hash", Keys);
        foreach (Keyspace space in Keyspace.All) await away.Store.CatchUpAsync(space, default);

        await LoseEverythingAsync();
        string epoch = await one.RenewAsync(repaired: before);
        await one.Store.RestoreAsync(epoch, default);
        await one.RenewAsync();
        await SetAsync(one.Store, "alice", null);
        await SetAsync(one.Store, "leaked", null, Keys);
        Assert.Equal(0, await away.Store.RestoreAsync(epoch, default));
        Assert.Empty(await away.Store.ListAsync(Factors, "", default));
        Assert.Empty(await away.Store.ListAsync(Keys, "", default));
    }

    [Fact]
    public async Task An_older_copy_of_the_data_is_brought_up_to_date()
    {
        Replica node = await StartAsync(fixture.Redis);
        string before = await node.RenewAsync();
        await SetAsync(node.Store, "alice", "old");
        string copy = (await fixture.Redis.CommandAsync("HGET", Hash("second-factors"), "alice"))!;
        await SetAsync(node.Store, "alice", "new");

        // A late replica takes over: its data are older, and the life of the data is another one.
        await RedisAsync("HSET", Hash("second-factors"), "alice", copy);
        await RedisAsync("HSET", _prefix + ":epoch", "life", "another server's");
        await UnknownAsync(() => node.Store.ReadAsync(Factors, "alice", default));
        string epoch = await node.RenewAsync(repaired: before);
        Assert.Equal(1, await node.Store.RestoreAsync(epoch, default));
        await node.RenewAsync();
        Assert.Equal("new", (await node.Store.ReadAsync(Factors, "alice", default)).Value);
    }

    [Theory]
    [InlineData("DEL")]
    [InlineData("HDEL", "alice")]
    [InlineData("HSET", "mallory", "1 planted")]
    public async Task What_somebody_else_has_deleted_or_added_is_noticed(string command, params string[] more)
    {
        Replica node = await StartAsync(fixture.Redis);
        string before = await node.RenewAsync();
        await SetAsync(node.Store, "alice", "factors");
        await RedisAsync([command, Hash("second-factors"), .. more]);
        await UnknownAsync(() => node.Store.ReadAsync(Factors, "alice", default));
        string epoch = await node.RenewAsync(repaired: before);
        Assert.NotEqual(before, epoch);
        await UnknownAsync(() => node.Store.ReadAsync(Factors, "alice", default));
        Assert.True(await node.Store.RestoreAsync(epoch, default) >= 0);
        await node.RenewAsync();
        Assert.Equal("factors", (await node.Store.ReadAsync(Factors, "alice", default)).Value);
    }

    [Fact]
    public async Task A_replica_follows_a_thousand_changes_and_starts_anew_with_the_epoch()
    {
        Replica one = await StartAsync(fixture.Redis), two = await StartAsync(fixture.Redis);
        string before = await one.RenewAsync();
        for (int i = 0; i < 1100; i++) await one.Store.ReplaceAsync(Factors, "user" + i, VersionedValue.None, "v" + i, default);
        Assert.True(await two.Store.CatchUpAsync(Factors, default));
        Assert.Equal(1100, (await two.Store.ListAsync(Factors, "", default)).Count);
        await LoseEverythingAsync();
        string epoch = await two.RenewAsync(repaired: before);
        Assert.False(await two.Store.CatchUpAsync(Factors, default));
        Assert.Equal(1100, await two.Store.RestoreAsync(epoch, default));
        await two.RenewAsync();
        Assert.True(await one.Store.CatchUpAsync(Factors, default));
        Assert.Equal(1100, (await one.Store.ListAsync(Factors, "", default)).Count);
    }

    [Fact]
    public async Task What_the_first_version_left_is_found()
    {
        await RedisAsync("SET", _prefix + ":two-factor:value:factors:main:alice", "sealed");
        await RedisAsync("SADD", _prefix + ":two-factor", "factors:main:alice");
        await RedisAsync("SET", _prefix + ":two-factor:value:remembered:x", "1");
        await RedisAsync("HSET", _prefix + ":management-keys", "ops", "\u0001\u007f \n", "leaked", "");
        Replica node = await StartAsync(fixture.Redis);
        await node.RenewAsync();
        Assert.Equal([KeyValuePair.Create("factors:main:alice", "sealed")], await node.Store.ListAsync(Factors, "", default));
        Assert.Equal([KeyValuePair.Create("ops", "017f200a")], await node.Store.ListAsync(Keys, "", default));
        Assert.False(await node.Store.ReplaceAsync(Keys, "leaked", VersionedValue.None, "hash", default));
        await SetAsync(node.Store, "factors:main:alice", null);
        await UnknownAsync(async () =>
        {
            await RedisAsync("HSET", _prefix + ":epoch", "life", "ended");
            await node.Store.ReadAsync(Factors, "factors:main:alice", default);
        });
        await node.RenewAsync();
        Assert.Empty(await node.Store.ListAsync(Factors, "", default));
    }

    [Fact]
    public async Task Without_Redis_every_call_says_that_it_is_away()
    {
        await using RedisProcess own = await RedisProcess.StartAsync();
        Replica node = await StartAsync(own);
        await node.RenewAsync();
        await SetAsync(node.Store, "a", "1");
        await own.Kill9Async();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ReadAsync(Factors, "a", default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ReplaceAsync(Factors, "b", VersionedValue.None, "1", default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ListAsync(Factors, "", default));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable node in _nodes) await node.DisposeAsync();
    }
}
