using System.Net;
using Microsoft.Data.Sqlite;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Rule R2: a node that was killed while it appended again what Redis had lost goes on with that after its restart, in the epoch
/// that its local replica is of already.</summary>
public sealed class InterruptedRepairTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await TestBackend.StartAsync();

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task It_goes_on_after_a_restart_and_nobody_waits_for_it_for_ever()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using GatewayProcess node = await GatewayProcess.StartAsync(
            ClusterSettings.For(redis.Connection, _backend, _issuer, lease: "00:00:01"));
        await node.RevokeSessionAsync("known");
        await Eventually.TrueAsync(() => Ask(node, "SELECT count(*) FROM facts") == 1);
        await node.Kill9Async();

        // As a kill in the middle leaves it: what it read of this epoch is in its file, and not that it has given back what it knew.
        Ask(node, "UPDATE pairs SET value = CAST('an epoch before' AS BLOB) WHERE room = 'cluster' AND key = 'repaired' RETURNING 1");
        await node.RestartAsync(ready: false);
        await node.ReadyAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("Repaired epoch", node.Output);
        Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", _issuer.Token(session: "known"))).StatusCode);

        // One that comes new may only use a lease when nobody repairs.
        await using InProcessGateway other = await InProcessGateway.StartAsync(
            ClusterSettings.For(redis.Connection, _backend, _issuer, lease: "00:00:01"));
        await ClusterFixture.ReadyAsync(other);
        (int enforced, int nodes) = (await other.RevokeSessionAsync("next")).Enforced();
        Assert.Equal(nodes, enforced);
        // The killed one counts until its lease has been taken away, which a quick restart does not wait for.
        Assert.InRange(nodes, 2, 3);
    }

    private static long Ask(GatewayProcess node, string question)
    {
        using SqliteConnection file = new($"Data Source={Path.Combine(node.Folder.Path, "gateway.db")};Pooling=False");
        file.Open();
        using SqliteCommand command = file.CreateCommand();
        command.CommandText = question;
        return (long)command.ExecuteScalar()!;
    }
}
