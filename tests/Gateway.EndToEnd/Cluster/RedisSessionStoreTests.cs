using Gateway.Configuration;
using Gateway.Sessions;
using Gateway.Store.Redis;
using Gateway.Tests.Sessions;

namespace Gateway.EndToEnd.Cluster;

public sealed class RedisSessionStoreTests(RedisFixture fixture) : SessionStoreContract, IClassFixture<RedisFixture>, IAsyncDisposable
{
    private readonly List<LoneLog> _nodes = [];

    private protected override ValueTask<ISessionStore> NewStore(SessionsOptions options)
    {
        LoneLog node = new(fixture.Redis, "s" + Guid.NewGuid().ToString("N")[..8]);
        _nodes.Add(node);
        return ValueTask.FromResult<ISessionStore>(new RedisSessionStore(node.Connection, options));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LoneLog node in _nodes) await node.DisposeAsync();
    }
}
