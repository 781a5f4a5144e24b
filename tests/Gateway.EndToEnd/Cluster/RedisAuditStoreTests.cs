using Gateway.Store;
using Gateway.Store.Redis;
using Gateway.Tests.Store;

namespace Gateway.EndToEnd.Cluster;

public sealed class RedisAuditStoreTests(RedisFixture fixture) : AuditStoreContract, IClassFixture<RedisFixture>, IAsyncDisposable
{
    private readonly List<LoneLog> _nodes = [];
    private readonly string _prefix = "a" + Guid.NewGuid().ToString("N")[..8];

    private protected override async ValueTask<IAuditStore> NodeAsync()
    {
        LoneLog node = await LoneLog.StartAsync(fixture.Redis, _prefix);
        _nodes.Add(node);
        return new RedisAuditStore(node.Connection, new(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LoneLog node in _nodes) await node.DisposeAsync();
    }
}
