using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Revocation;

namespace Gateway.EndToEnd.Cluster;

/// <summary>What is answered while Redis says nothing, and what becomes of it (rules R14 and R18).</summary>
public sealed class FrozenRedisTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await TestBackend.StartAsync();

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("reinstate")]
    public async Task What_was_answered_as_unknown_has_no_effect_after_the_thaw_and_the_audit_says_so(string action)
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using InProcessGateway node = await InProcessGateway.StartAsync(
            ClusterSettings.For(redis.Connection, _backend, _issuer).Set("Gateway:Cluster:AnswerWithin", "00:00:02"));
        await ClusterFixture.ReadyAsync(node);
        string id = (string)(await node.RevokeSessionAsync("gone"))["id"]!;

        await redis.FreezeAsync();
        string fact = await UnknownAsync(action == "revoke"
            ? await node.Management.PostAsJsonAsync("/v1/revocations", new { session = "stays" })
            : await node.Management.DeleteAsync("/v1/revocations/" + id));
        // Nothing more is sent now, and nothing more is unknown.
        using (HttpResponseMessage next = await node.Management.PostAsJsonAsync("/v1/revocations", new { session = "stays" }))
        {
            Assert.Equal(503, (int)next.StatusCode);
            Assert.DoesNotContain("outcome", await next.Content.ReadAsStringAsync());
        }
        await redis.ContinueAsync();

        // The script waits in Redis and runs now; it finds that it is too late.
        await Eventually.PassesAsync(async () =>
            Assert.Equal(["failed", "unknown"], await OutcomesAsync(node, action, action == "revoke" ? fact : id)));
        await ClusterFixture.ReadyAsync(node);
        Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", _issuer.Token(session: "gone"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", _issuer.Token(session: "stays"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await node.Management.GetAsync("/v1/revocations/" + fact)).StatusCode);
    }

    [Fact]
    public async Task A_freeze_within_the_time_of_the_answer_records_once_and_the_audit_has_it_once()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using InProcessGateway node = await InProcessGateway.StartAsync(
            ClusterSettings.For(redis.Connection, _backend, _issuer).Set("Gateway:Cluster:AnswerWithin", "00:00:10"));
        await ClusterFixture.ReadyAsync(node);
        await redis.FreezeAsync();
        Task<JsonObject> logout = node.RevokeSessionAsync("s1");
        await Eventually.TrueAsync(() => node.Log.Text.Contains("A connection to Redis has failed (appends)"));
        await redis.ContinueAsync();
        string id = (string)(await logout)["id"]!;
        await node.RevokeSessionAsync("s2");
        await Eventually.PassesAsync(async () => Assert.Equal(["done"], await OutcomesAsync(node, "revoke", id)));
    }

    [Fact]
    public async Task What_a_node_has_applied_comes_back_also_when_redis_loses_it_before_the_disk_has_it()
    {
        const int facts = 130_000, page = 1000;
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using LoneLog log = await LoneLog.StartAsync(redis, "gateway");
        for (int at = 0; at < facts; at += page)
        {
            int from = at;
            Fact[] some = [.. Enumerable.Range(from, page).Select(i => FailoverTests.Revocation("s" + i))];
            await Eventually.PassesAsync(() => log.Log.RestoreAsync(some, default));
        }
        await using InProcessGateway node = await InProcessGateway.StartAsync(ClusterSettings.For(redis.Connection, _backend, _issuer));
        await Eventually.TrueAsync(() => node.Log.Text.Contains("is read to its end"), TimeSpan.FromSeconds(120));
        await redis.CommandAsync("FLUSHALL");
        await Eventually.TrueAsync(() => node.Log.Text.Contains("Repaired epoch"), TimeSpan.FromSeconds(180));
        Assert.Equal($"{facts}", await redis.CommandAsync("XLEN", "gateway:log"));
    }

    private static async Task<string> UnknownAsync(HttpResponseMessage answer)
    {
        JsonObject problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal((503, "unknown"), ((int)answer.StatusCode, (string?)problem["outcome"]));
        return (string)problem["id"]!;
    }

    // Newest first, of the entries that name a revocation.
    private static async Task<IEnumerable<string?>> OutcomesAsync(InProcessGateway node, string action, string revocation)
        => (await node.Management.GetFromJsonAsync<JsonObject>("/v1/audit"))!["items"]!.AsArray()
            .Where(entry => ((string?)entry!["action"], (string?)entry["detail"]) == (action, revocation))
            .Select(entry => (string?)entry!["outcome"]);
}
