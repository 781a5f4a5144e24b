using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace Gateway.EndToEnd.Cluster;

/// <summary>A Redis that holds as much as its <c>maxmemory</c> lets it: nothing is lost, traffic goes on, and logouts come back.</summary>
public sealed class FullRedisTests : IAsyncLifetime
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
    public async Task Traffic_goes_on_logouts_are_refused_and_come_back_by_themselves()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using InProcessGateway one = await InProcessGateway.StartAsync(
            ClusterSettings.For(redis.Connection, _backend, _issuer, lease: "00:00:01"));
        await using InProcessGateway two = await InProcessGateway.StartAsync(
            ClusterSettings.For(redis.Connection, _backend, _issuer, lease: "00:00:01"));
        await ClusterFixture.ReadyAsync(one);
        await ClusterFixture.ReadyAsync(two);
        await one.RevokeSessionAsync("before");

        // Nearly full: it is said, and what is not of revocation leaves the rest to it.
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", (await UsedAsync(redis) * 100 / 94).ToString(CultureInfo.InvariantCulture));
        await Eventually.PassesAsync(async () => Assert.Contains("of its maxmemory", await ReadyzAsync(one)));
        Assert.Contains("gateway_store_filled", await one.Management.GetStringAsync("/metrics"));
        Assert.Equal((2, 2), (await one.RevokeSessionAsync("nearly full")).Enforced());

        // Full.
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        int serial = await SerialAsync(redis);
        using (HttpResponseMessage refused = await two.Management.PostAsJsonAsync("/v1/revocations", new { session = "full" }))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            string answer = await refused.Content.ReadAsStringAsync();
            Assert.Contains("Redis is full", answer);
            Assert.DoesNotContain("unknown", answer);
        }
        // Leases are renewed there: each renewal, by either node, has a later serial.
        await Eventually.TrueAsync(async () => await SerialAsync(redis) > serial + 40);
        foreach (InProcessGateway node in (InProcessGateway[])[one, two])
        {
            Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", _issuer.Token(session: "full"))).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", _issuer.Token(session: "before"))).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", _issuer.Token(session: "nearly full"))).StatusCode);
        }

        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        Assert.Equal((2, 2), (await two.RevokeSessionAsync("full")).Enforced());
        Assert.Equal(HttpStatusCode.Unauthorized, (await one.GetAsync("/a", _issuer.Token(session: "full"))).StatusCode);
        await Eventually.PassesAsync(async () => Assert.DoesNotContain("maxmemory", await ReadyzAsync(one)));
    }

    private static Task<string> ReadyzAsync(InProcessGateway node) => node.Management.GetStringAsync("/readyz");

    private static async Task<long> UsedAsync(RedisProcess redis)
        => long.Parse((await redis.CommandAsync("INFO", "memory"))!.Split('\n').Single(line => line.StartsWith("used_memory:",
            StringComparison.Ordinal)).Split(':')[1], CultureInfo.InvariantCulture);

    // The sum over the nodes.
    private static async Task<int> SerialAsync(RedisProcess redis)
    {
        string[] entries = (await redis.CommandAsync("HVALS", "gateway:nodes"))!.Split('\n');
        return entries.Select(entry => entry.Split('|')).Where(parts => parts.Length > 2)
            .Sum(parts => int.Parse(parts[0], CultureInfo.InvariantCulture));
    }
}
