using Gateway.EndToEnd.Cluster;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Redis;
using Gateway.Tests.Store;

namespace Gateway.EndToEnd.TwoFactor;

public sealed class RedisSecondFactorStoreTests(RedisFixture fixture)
    : SecondFactorStoreContract, IClassFixture<RedisFixture>, IAsyncDisposable
{
    private readonly List<LoneLog> _nodes = [];
    private readonly string _prefix = "{f" + Guid.NewGuid().ToString("N")[..8] + "}";

    private protected override async ValueTask<ISecondFactorStore> NodeAsync() => await OnAsync(fixture.Redis);

    private async Task<RedisSecondFactorStore> OnAsync(RedisServer redis)
    {
        LoneLog node = await LoneLog.StartAsync(redis, _prefix);
        _nodes.Add(node);
        return new(node.Connection, Time);
    }

    [Fact]
    public async Task What_is_over_does_not_pile_up()
    {
        ISecondFactorStore store = await NodeAsync();
        await store.ReplaceAsync("short", null, "1", Time.GetUtcNow().AddSeconds(30), default);
        await store.TakeAsync("bucket", "t", 5, TimeSpan.FromSeconds(30), default);
        foreach (string key in (string[])[":two-factor:value:short", ":two-factor:tickets:bucket"])
            Assert.InRange(long.Parse((await fixture.Redis.CommandAsync("PTTL", _prefix + key))!), 30_000, 90_000);
    }

    [Fact]
    public async Task Without_Redis_every_call_says_that_it_is_away()
    {
        await using RedisProcess own = await RedisProcess.StartAsync();
        ISecondFactorStore store = await OnAsync(own);
        DateTimeOffset soon = Time.GetUtcNow().AddHours(1);
        await store.ReplaceAsync("a", null, "1", soon, default);
        await own.Kill9Async();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync("a", default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReplaceAsync("a", "1", "2", soon, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.TakeAsync("b", "t", 5, TimeSpan.FromMinutes(1), default));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LoneLog node in _nodes) await node.DisposeAsync();
    }
}
