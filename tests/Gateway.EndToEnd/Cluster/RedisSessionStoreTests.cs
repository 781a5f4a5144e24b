using System.Diagnostics.Metrics;
using Gateway.Sessions;
using Gateway.Store.Redis;
using Gateway.Tests.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.EndToEnd.Cluster;

public sealed class RedisSessionStoreTests(RedisFixture fixture) : SessionStoreContract, IClassFixture<RedisFixture>, IAsyncDisposable
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider()
        .GetRequiredService<IMeterFactory>();

    private readonly List<LoneLog> _nodes = [];

    private protected override async ValueTask<ISessionStore> NewStoreAsync(SessionsOptions options)
    {
        LoneLog node = await LoneLog.StartAsync(fixture.Redis, "s" + Guid.NewGuid().ToString("N")[..8]);
        _nodes.Add(node);
        return new RedisSessionStore(node.Connection, new RedisMemory(Meters), options);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LoneLog node in _nodes) await node.DisposeAsync();
    }
}
