using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Cluster;

/// <summary>What one ordinary user can put into a real Redis.</summary>
public sealed class LogBoundsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private RedisProcess _redis = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _redis = await RedisProcess.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Ids_that_are_made_up_leave_nothing_there()
    {
        // Two nodes: an unknown session may be one that the other node is about to tell.
        // How long the one waits follows from its own setting, so it waits long for the other, which tells soon: also on a busy machine.
        await using InProcessGateway one = await StartAsync(settings => settings.Set("Gateway:Sessions:FlushEvery", "00:00:05"));
        await using InProcessGateway two = await StartAsync(settings => settings.Set("Gateway:Sessions:FlushEvery", "00:00:00.2"));
        string mine = await SeenAsync(one, "mine");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
            Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(one, "/sessions/" + Guid.NewGuid(), mine))));
        Assert.Equal("0", await _redis.CommandAsync("XLEN", "gateway:log"));

        // One that the other node has seen this moment.
        string other = await SeenAsync(two, "other");
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(one, "/sessions/other", mine));
        Assert.Equal(HttpStatusCode.Unauthorized, (await two.GetAsync("/a", other)).StatusCode);
        Assert.Equal("1", await _redis.CommandAsync("XLEN", "gateway:log"));
    }

    [Fact]
    public async Task To_log_out_all_others_again_and_again_writes_little_and_no_more_from_some_time_on()
    {
        await using InProcessGateway gateway = await StartAsync();
        string mine = await SeenAsync(gateway, "mine");
        long before = await WrittenAsync();
        int done = 0, refused = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            HttpStatusCode status = await DeleteAsync(gateway, "/sessions", mine);
            if (status == HttpStatusCode.OK) Interlocked.Increment(ref done);
            else if (status == HttpStatusCode.TooManyRequests) Interlocked.Increment(ref refused);
        });
        long written = await WrittenAsync() - before;
        output.WriteLine($"2,000 times DELETE /sessions: {done} recorded, {refused} refused, {written:N0} bytes of append-only file");
        Assert.Equal(2000, done + refused);
        Assert.InRange(done, 60, 62);   // an hour's, and what has come back meanwhile
        Assert.InRange(written, 1, 1_000_000);
    }

    [Fact]
    public async Task Without_a_bound_each_of_them_writes_as_much_as_the_first()
    {
        await using InProcessGateway gateway = await StartAsync(settings => settings.Unlimited());
        string mine = await SeenAsync(gateway, "mine");
        async Task<double> PerCallAsync(int calls)
        {
            long before = await WrittenAsync();
            for (int n = 0; n < calls; n++) Assert.Equal(HttpStatusCode.OK, await DeleteAsync(gateway, "/sessions", mine));
            return (await WrittenAsync() - before) / (double)calls;
        }
        double warm = await PerCallAsync(50), early = await PerCallAsync(150);
        await PerCallAsync(600);
        double late = await PerCallAsync(150);
        output.WriteLine($"Bytes of append-only file for each DELETE /sessions: {warm:N0}, then {early:N0}, after 800 {late:N0}");
        // The line grew by 51 bytes each time, which was copied whole: 40,000 bytes by now.
        Assert.InRange(late, early * 0.5, early * 1.5);
    }

    [Fact]
    public async Task Random_tokens_that_an_application_refuses_are_no_sessions_there()
    {
        _backend.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Headers.Authorization == "Bearer good" ? 200 : 401;
            return Task.FromResult(true);
        };
        await using InProcessGateway gateway = await StartAsync(settings =>
        {
            settings["Gateway"]!["Realms"] = new JsonObject
            {
                ["keys"] = new JsonObject
                {
                    ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "Authorization", ["Scheme"] = "Bearer" }),
                    ["Opaque"] = new JsonObject(),
                },
            };
            settings["Gateway"]!.AsObject().Remove("Dialects");
        });
        for (int n = 0; n < 500; n++) Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/a", "random" + n)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/a", "good")).StatusCode);
        await Eventually.TrueAsync(async () => await _redis.CommandAsync("ZCARD", "gateway:sessions") == "1");
        await Eventually.TrueAsync(() => gateway.Get<Gateway.Sessions.SessionRegistry>().Pending == 0);
        Assert.Equal("1", await _redis.CommandAsync("ZCARD", "gateway:sessions"));
    }

    private async Task<InProcessGateway> StartAsync(Action<JsonObject>? change = null)
    {
        JsonObject settings = ClusterSettings.For(_redis.Connection, _backend, _issuer)
            .Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "main" });
        change?.Invoke(settings);
        InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(gateway);
        return gateway;
    }

    private async Task<string> SeenAsync(InProcessGateway gateway, string session)
    {
        string token = _issuer.Token("alice", session);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/a", token)).StatusCode);
        return token;
    }

    private static async Task<HttpStatusCode> DeleteAsync(InProcessGateway gateway, string path, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Delete, path) { Headers = { Authorization = new("Bearer", token) } };
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
        return answer.StatusCode;
    }

    // What Redis has appended, whatever it has rewritten since.
    private async Task<long> WrittenAsync()
        => long.Parse((await _redis.CommandAsync("INFO", "persistence"))!.Split('\n').Single(line => line.StartsWith("aof_current_size:",
            StringComparison.Ordinal)).Split(':')[1], CultureInfo.InvariantCulture);
}
