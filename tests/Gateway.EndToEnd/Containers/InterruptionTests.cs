using System.Net;
using System.Net.Http.Json;
using DotNet.Testcontainers.Networks;
using Gateway.EndToEnd.Cluster;

namespace Gateway.EndToEnd.Containers;

/// <summary>Two gateways whose Redis is paused, stopped and started elsewhere, or cut off: they let nothing through that they
/// cannot know, take no logout that nobody would hear of, and go on by themselves with what was revoked before.</summary>
[Collection(ContainerTests.Name)]
public sealed class InterruptionTests(RedisImages images)
{
    [SkippableTheory]
    [MemberData(nameof(RedisImages.Each), MemberType = typeof(RedisImages))]
    public async Task A_pause(string image)
    {
        await images.SharedAsync(image);
        await using RedisInContainer redis = await RedisInContainer.StartAsync(image);
        await OutlivesAsync(redis.Connection, redis.FreezeAsync, redis.ContinueAsync);
    }

    [SkippableTheory]
    [MemberData(nameof(RedisImages.Each), MemberType = typeof(RedisImages))]
    public async Task A_stop_and_a_start_on_another_port(string image)
    {
        await images.SharedAsync(image);
        await using RedisInContainer redis = await RedisInContainer.StartAsync(image);
        await using TcpRelay address = new(redis.Port);
        await OutlivesAsync($"127.0.0.1:{address.Port}", redis.StopAsync, async () =>
        {
            await redis.StartAgainAsync();
            address.LeadTo(redis.Port);
        });
    }

    [SkippableTheory]
    [MemberData(nameof(RedisImages.Each), MemberType = typeof(RedisImages))]
    public async Task A_cut_of_the_network(string image)
    {
        await images.SharedAsync(image);
        await using INetwork network = await ContainerEngine.NewNetworkAsync();
        await using RedisInContainer redis = await RedisInContainer.StartAsync(image, network, port: FreePort.Take());
        await OutlivesAsync(redis.Connection, redis.CutOffAsync, redis.ReconnectAsync);
    }

    private static async Task OutlivesAsync(string connection, Func<Task> begin, Func<Task> end)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway one = await InProcessGateway.StartAsync(ClusterSettings.For(connection, backend, issuer)),
            two = await InProcessGateway.StartAsync(ClusterSettings.For(connection, backend, issuer));
        InProcessGateway[] nodes = [one, two];
        string revoked = issuer.Token(session: "revoked"), good = issuer.Token(session: "good");
        foreach (InProcessGateway node in nodes) await ClusterFixture.ReadyAsync(node);
        Assert.Equal((2, 2), (await one.RevokeSessionAsync("revoked")).Enforced());
        await EverywhereAsync(good, HttpStatusCode.OK);

        await begin();
        using HttpResponseMessage logout = await two.Management.PostAsJsonAsync("/v1/revocations", new { session = "other" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, logout.StatusCode);
        await Eventually.PassesAsync(() => EverywhereAsync(good, HttpStatusCode.ServiceUnavailable));
        foreach (InProcessGateway node in nodes) Assert.NotEqual(HttpStatusCode.OK, (await node.GetAsync("/a", revoked)).StatusCode);

        await end();
        await Eventually.PassesAsync(() => EverywhereAsync(good, HttpStatusCode.OK));
        await EverywhereAsync(revoked, HttpStatusCode.Unauthorized);
        await Eventually.PassesAsync(async () => Assert.Equal((2, 2), (await two.RevokeSessionAsync("later")).Enforced()));
        await EverywhereAsync(issuer.Token(session: "later"), HttpStatusCode.Unauthorized);

        async Task EverywhereAsync(string token, HttpStatusCode expected)
        {
            foreach (InProcessGateway node in nodes)
            {
                using HttpResponseMessage answer = await node.GetAsync("/a", token);
                Assert.Equal(expected, answer.StatusCode);
            }
        }
    }
}
