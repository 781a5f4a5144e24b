using Gateway.EndToEnd.Cluster;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Redis;
using Gateway.Store.Sqlite;
using Gateway.Tests.Store;
using Gateway.TwoFactor;
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
            Store = new(log.Connection, new VersionedTable(_database));
        }

        public RedisVersionedStore Store { get; }

        /// <summary>Says that it is there; in the end also that the epoch is 1.1 leases old (rule R3).</summary>
        /// <param name="repaired">The epoch in which it has repaired; default the one of now.</param>
        /// <returns>The epoch.</returns>
        public async Task<string> Renew(bool mature = true, string? repaired = null)
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

    private protected override async ValueTask<IVersionedStore> Node()
    {
        Replica node = await Start(fixture.Redis);
        await node.Renew();
        return node.Store;
    }

    private async Task<Replica> Start(RedisServer redis)
    {
        Replica node = new(await LoneLog.Start(redis, _prefix));
        _nodes.Add(node);
        return node;
    }

    private Task Redis(params string[] words) => fixture.Redis.Command(words);

    private string Hash(string space) => $"{_prefix}:versioned:{space}";

    // As FLUSHALL does it, without the other tests' data.
    private async Task LoseEverything()
    {
        string keys = (await fixture.Redis.Command("KEYS", _prefix.Replace("{", "\\{") + ":*"))!;
        foreach (string key in keys.Split('\n')) await Redis("DEL", key);
    }

    private static Task Unknown(Func<Task> call) => Assert.ThrowsAsync<UnsettledException>(call);

    [Fact]
    public async Task Nothing_is_known_before_the_epoch_is_old_enough_and_while_a_node_repairs()
    {
        Replica one = await Start(fixture.Redis), two = await Start(fixture.Redis);
        await Unknown(() => one.Store.ReadAsync(Factors, "a", default));
        await Unknown(() => one.Store.ReplaceAsync(Factors, "a", VersionedValue.None, "1", default));
        await Unknown(() => one.Store.ListAsync(Factors, "", default));
        await one.Renew();
        await Set(one.Store, "a", "1");
        await two.Renew(repaired: "an epoch of before");
        await Unknown(() => one.Store.ReadAsync(Factors, "a", default));
        await two.Renew();
        Assert.Equal("1", (await one.Store.ReadAsync(Factors, "a", default)).Value);
    }

    [Fact]
    public async Task What_Redis_has_lost_is_given_back_by_whoever_knows_it_and_what_was_removed_stays_removed()
    {
        Replica one = await Start(fixture.Redis), two = await Start(fixture.Redis);
        string before = await one.Renew();
        await Set(one.Store, "alice", "factors");
        await Set(one.Store, "bob", "factors");
        await Set(one.Store, "ops", "hash", Keys);
        await Set(one.Store, "leaked", "hash", Keys);
        foreach (Keyspace space in Keyspace.All) Assert.True(await two.Store.CatchUpAsync(space, default));
        // The second node has not heard of these yet.
        await Set(one.Store, "bob", null);
        await Set(one.Store, "leaked", null, Keys);
        VersionedValue alice = await one.Store.ReadAsync(Factors, "alice", default);

        await LoseEverything();
        await Unknown(() => two.Store.ReadAsync(Factors, "alice", default));
        string epoch = await two.Renew(repaired: before);
        Assert.Equal(4, await two.Store.RestoreAsync(epoch, default));
        await two.Renew();
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
        Replica one = await Start(fixture.Redis), away = await Start(fixture.Redis);
        string before = await one.Renew();
        await Set(one.Store, "alice", "old");
        await Set(one.Store, "leaked", "hash", Keys);
        foreach (Keyspace space in Keyspace.All) await away.Store.CatchUpAsync(space, default);

        await LoseEverything();
        string epoch = await one.Renew(repaired: before);
        await one.Store.RestoreAsync(epoch, default);
        await one.Renew();
        await Set(one.Store, "alice", null);
        await Set(one.Store, "leaked", null, Keys);
        Assert.Equal(0, await away.Store.RestoreAsync(epoch, default));
        Assert.Empty(await away.Store.ListAsync(Factors, "", default));
        Assert.Empty(await away.Store.ListAsync(Keys, "", default));
    }

    [Fact]
    public async Task An_older_copy_of_the_data_is_brought_up_to_date()
    {
        Replica node = await Start(fixture.Redis);
        string before = await node.Renew();
        await Set(node.Store, "alice", "old");
        string copy = (await fixture.Redis.Command("HGET", Hash("second-factors"), "alice"))!;
        await Set(node.Store, "alice", "new");

        // A late replica takes over: its data are older, and the life of the data is another one.
        await Redis("HSET", Hash("second-factors"), "alice", copy);
        await Redis("HSET", _prefix + ":epoch", "life", "another server's");
        await Unknown(() => node.Store.ReadAsync(Factors, "alice", default));
        string epoch = await node.Renew(repaired: before);
        Assert.Equal(1, await node.Store.RestoreAsync(epoch, default));
        await node.Renew();
        Assert.Equal("new", (await node.Store.ReadAsync(Factors, "alice", default)).Value);
    }

    [Theory]
    [InlineData("DEL")]
    [InlineData("HDEL", "alice")]
    [InlineData("HSET", "mallory", "1 planted")]
    public async Task What_somebody_else_has_deleted_or_added_is_noticed(string command, params string[] more)
    {
        Replica node = await Start(fixture.Redis);
        string before = await node.Renew();
        await Set(node.Store, "alice", "factors");
        await Redis([command, Hash("second-factors"), .. more]);
        await Unknown(() => node.Store.ReadAsync(Factors, "alice", default));
        string epoch = await node.Renew(repaired: before);
        Assert.NotEqual(before, epoch);
        await Unknown(() => node.Store.ReadAsync(Factors, "alice", default));
        Assert.True(await node.Store.RestoreAsync(epoch, default) >= 0);
        await node.Renew();
        Assert.Equal("factors", (await node.Store.ReadAsync(Factors, "alice", default)).Value);
    }

    [Fact]
    public async Task A_replica_follows_a_thousand_changes_and_starts_anew_with_the_epoch()
    {
        Replica one = await Start(fixture.Redis), two = await Start(fixture.Redis);
        string before = await one.Renew();
        for (int i = 0; i < 1100; i++) await one.Store.ReplaceAsync(Factors, "user" + i, VersionedValue.None, "v" + i, default);
        Assert.True(await two.Store.CatchUpAsync(Factors, default));
        Assert.Equal(1100, (await two.Store.ListAsync(Factors, "", default)).Count);
        await LoseEverything();
        string epoch = await two.Renew(repaired: before);
        Assert.False(await two.Store.CatchUpAsync(Factors, default));
        Assert.Equal(1100, await two.Store.RestoreAsync(epoch, default));
        await two.Renew();
        Assert.True(await one.Store.CatchUpAsync(Factors, default));
        Assert.Equal(1100, (await one.Store.ListAsync(Factors, "", default)).Count);
    }

    [Fact]
    public async Task What_the_first_version_left_is_found()
    {
        await Redis("SET", _prefix + ":two-factor:value:factors:main:alice", "sealed");
        await Redis("SADD", _prefix + ":two-factor", "factors:main:alice");
        await Redis("SET", _prefix + ":two-factor:value:remembered:x", "1");
        await Redis("HSET", _prefix + ":management-keys", "ops", "\u0001\u007f \n", "leaked", "");
        Replica node = await Start(fixture.Redis);
        await node.Renew();
        Assert.Equal([KeyValuePair.Create("factors:main:alice", "sealed")], await node.Store.ListAsync(Factors, "", default));
        Assert.Equal([KeyValuePair.Create("ops", "017f200a")], await node.Store.ListAsync(Keys, "", default));
        Assert.False(await node.Store.ReplaceAsync(Keys, "leaked", VersionedValue.None, "hash", default));
        await Set(node.Store, "factors:main:alice", null);
        await Unknown(async () =>
        {
            await Redis("HSET", _prefix + ":epoch", "life", "ended");
            await node.Store.ReadAsync(Factors, "factors:main:alice", default);
        });
        await node.Renew();
        Assert.Empty(await node.Store.ListAsync(Factors, "", default));
    }

    [Fact]
    public async Task Without_Redis_every_call_says_that_it_is_away()
    {
        await using RedisProcess own = await RedisProcess.Start();
        Replica node = await Start(own);
        await node.Renew();
        await Set(node.Store, "a", "1");
        await own.Kill9();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ReadAsync(Factors, "a", default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ReplaceAsync(Factors, "b", VersionedValue.None, "1", default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ListAsync(Factors, "", default));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable node in _nodes) await node.DisposeAsync();
    }
}
