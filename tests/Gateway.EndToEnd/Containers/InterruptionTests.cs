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
        await images.Shared(image);
        await using RedisInContainer redis = await RedisInContainer.Start(image);
        await Outlives(redis.Connection, redis.Freeze, redis.Continue);
    }

    [SkippableTheory]
    [MemberData(nameof(RedisImages.Each), MemberType = typeof(RedisImages))]
    public async Task A_stop_and_a_start_on_another_port(string image)
    {
        await images.Shared(image);
        await using RedisInContainer redis = await RedisInContainer.Start(image);
        await using TcpRelay address = new(redis.Port);
        await Outlives($"127.0.0.1:{address.Port}", redis.Stop, async () =>
        {
            await redis.StartAgain();
            address.LeadTo(redis.Port);
        });
    }

    [SkippableTheory]
    [MemberData(nameof(RedisImages.Each), MemberType = typeof(RedisImages))]
    public async Task A_cut_of_the_network(string image)
    {
        await images.Shared(image);
        await using INetwork network = await ContainerEngine.NewNetwork();
        await using RedisInContainer redis = await RedisInContainer.Start(image, network, port: FreePort.Take());
        await Outlives(redis.Connection, redis.CutOff, redis.Reconnect);
    }

    private static async Task Outlives(string connection, Func<Task> begin, Func<Task> end)
    {
        await using TestBackend backend = await TestBackend.Start();
        await using TestIssuer issuer = new();
        await using InProcessGateway one = await InProcessGateway.Start(ClusterSettings.For(connection, backend, issuer)), two = await InProcessGateway.Start(ClusterSettings.For(connection, backend, issuer));
        InProcessGateway[] nodes = [one, two];
        string revoked = issuer.Token(session: "revoked"), good = issuer.Token(session: "good");
        foreach (InProcessGateway node in nodes) await ClusterFixture.Ready(node);
        Assert.Equal((2, 2), (await one.RevokeSession("revoked")).Enforced());
        await Everywhere(good, HttpStatusCode.OK);

        await begin();
        using HttpResponseMessage logout = await two.Management.PostAsJsonAsync("/v1/revocations", new { session = "other" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, logout.StatusCode);
        await Eventually.Passes(() => Everywhere(good, HttpStatusCode.ServiceUnavailable));
        foreach (InProcessGateway node in nodes) Assert.NotEqual(HttpStatusCode.OK, (await node.Get("/a", revoked)).StatusCode);

        await end();
        await Eventually.Passes(() => Everywhere(good, HttpStatusCode.OK));
        await Everywhere(revoked, HttpStatusCode.Unauthorized);
        await Eventually.Passes(async () => Assert.Equal((2, 2), (await two.RevokeSession("later")).Enforced()));
        await Everywhere(issuer.Token(session: "later"), HttpStatusCode.Unauthorized);

        async Task Everywhere(string token, HttpStatusCode expected)
        {
            foreach (InProcessGateway node in nodes)
            {
                using HttpResponseMessage answer = await node.Get("/a", token);
                Assert.Equal(expected, answer.StatusCode);
            }
        }
    }
}
