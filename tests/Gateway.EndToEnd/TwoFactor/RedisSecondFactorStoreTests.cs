using Gateway.Configuration;
using Gateway.EndToEnd.Support;
using Gateway.Store;
using Gateway.Store.Redis;
using Gateway.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.EndToEnd.TwoFactor;

public sealed class RedisSecondFactorStoreTests : SecondFactorStoreContract, IAsyncLifetime
{
    private readonly List<RedisConnection> _connections = [];
    private RedisProcess _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisProcess.Start();

    private protected override ValueTask<ISecondFactorStore> Node()
    {
        StoreOptions options = new() { Kind = StoreKind.Redis, Connection = _redis.Connection, Prefix = "{test}" };
        RedisConnection connection = new(options, new ClusterOptions(), TimeProvider.System, NullLogger<RedisConnection>.Instance);
        _connections.Add(connection);
        return ValueTask.FromResult<ISecondFactorStore>(new RedisSecondFactorStore(connection, Time));
    }

    [Fact]
    public async Task What_is_over_does_not_pile_up()
    {
        ISecondFactorStore store = await Node();
        await store.Replace("short", null, "1", Time.GetUtcNow().AddSeconds(30), default);
        await store.Take("bucket", "t", 5, TimeSpan.FromSeconds(30), default);
        foreach (string key in (string[])["{test}:two-factor:value:short", "{test}:two-factor:tickets:bucket"])
            Assert.InRange(long.Parse((await _redis.Command("PTTL", key))!), 30_000, 90_000);
    }

    [Fact]
    public async Task Without_Redis_every_call_says_that_it_is_away()
    {
        ISecondFactorStore store = await Node();
        await store.Replace("a", null, "1", null, default);
        await _redis.Kill9();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Read("a", default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Replace("a", "1", "2", null, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Take("b", "t", 5, TimeSpan.FromMinutes(1), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Keys("a", default));
    }

    public async Task DisposeAsync()
    {
        foreach (RedisConnection connection in _connections) await connection.DisposeAsync();
        await _redis.DisposeAsync();
    }
}
