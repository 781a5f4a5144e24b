using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Redis, a backend, an identity provider and three gateways in this process.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly List<InProcessGateway> _nodes = [];

    internal RedisProcess Redis { get; private set; } = null!;
    internal TestBackend Backend { get; private set; } = null!;
    internal TestIssuer Issuer { get; } = new();
    internal IReadOnlyList<InProcessGateway> Nodes => _nodes;

    public async Task InitializeAsync()
    {
        Redis = await RedisProcess.StartAsync();
        Backend = await TestBackend.StartAsync();
        for (int i = 0; i < 3; i++) _nodes.Add(await InProcessGateway.StartAsync(Settings()));
        foreach (InProcessGateway node in _nodes) await ReadyAsync(node);
    }

    internal JsonObject Settings() => ClusterSettings.For(Redis.Connection, Backend, Issuer);

    internal static Task ReadyAsync(InProcessGateway node) => Eventually.PassesAsync(async () =>
    {
        using HttpResponseMessage answer = await node.Management.GetAsync("/readyz");
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{await answer.Content.ReadAsStringAsync()}\n{node.Log.Text}");
    });

    public async Task DisposeAsync()
    {
        foreach (InProcessGateway node in _nodes) await node.DisposeAsync();
        await Backend.DisposeAsync();
        await Issuer.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
