using DotNet.Testcontainers.Networks;
using Gateway.EndToEnd.Cluster;
using Gateway.Revocation;

namespace Gateway.EndToEnd.Containers;

/// <summary>A master and a replica on a network of their own: <c>WAIT</c> tells how many have what was appended.</summary>
[Collection(ContainerTests.Name)]
public sealed class ReplicaTests(RedisImages images)
{
    private static Fact.Revocation Revocation(string session) => new()
    {
        Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(30), Actor = "test",
        Target = new Target.Session("main", session),
    };

    [SkippableTheory]
    [MemberData(nameof(RedisImages.Each), MemberType = typeof(RedisImages))]
    public async Task Only_a_replica_that_has_the_revocation_is_counted(string image)
    {
        await images.SharedAsync(image);
        await using INetwork network = await ContainerEngine.NewNetworkAsync();
        await using RedisInContainer master = await RedisInContainer.StartAsync(image, network, "master");
        // A replica that has lost its master looks for it again soon, and not after a minute.
        await using RedisInContainer replica = await RedisInContainer.StartAsync(image, network, "replica", null,
            "--replicaof", "master", "6379", "--repl-timeout", "3");
        await master.CommandAsync("CONFIG", "SET", "repl-ping-replica-period", "1");
        await using LoneLog log = await LoneLog.StartAsync(master, "r", replicas: 1);

        await IsCountedAsync("first");
        await replica.CutOffAsync();
        Assert.Equal(0, (await log.Log.AppendAsync(Revocation("cut off"), default)).Replicas);
        await replica.ReconnectAsync();
        await IsCountedAsync("second");
        await replica.FreezeAsync();
        Assert.Equal(0, (await log.Log.AppendAsync(Revocation("frozen"), default)).Replicas);
        await replica.ContinueAsync();
        await IsCountedAsync("third");

        async Task IsCountedAsync(string session)
        {
            int attempt = 0;
            await Eventually.PassesAsync(async () =>
                Assert.Equal(1, (await log.Log.AppendAsync(Revocation($"{session} {++attempt}"), default)).Replicas));
        }
    }
}
