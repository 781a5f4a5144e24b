using System.Net;
using System.Text.Json.Nodes;
using Gateway.Cluster;
using Gateway.Revocation;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Routes with <c>WhenStale: Serve</c>: what a node says of itself, and what it knows before it lets anybody through.</summary>
public sealed class StaleServingTests : IAsyncLifetime
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
    public async Task A_node_says_that_it_serves_as_long_as_something_does_that_was_opened_when_it_might()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using TcpRelay relay = new(redis.Port);
        JsonObject settings = ClusterSettings.For(redis.Connection, _backend, _issuer, lease: "00:00:02");
        await using GatewayProcess whole = await GatewayProcess.StartAsync(settings);
        settings.Set("Gateway:Store:Connection", $"127.0.0.1:{relay.Port}").Route(("WhenStale", "Serve"));
        await using GatewayProcess serving = await GatewayProcess.StartAsync(settings);
        using HttpRequestMessage request = new(HttpMethod.Get, "/sse?ms=10")
            { Headers = { Authorization = new("Bearer", _issuer.Token(session: "s1")) } };
        using HttpResponseMessage events = await serving.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using StreamReader open = new(await events.Content.ReadAsStreamAsync());
        await open.ReadLineAsync().WithinAsync();

        serving.Reconfigure(changed => changed.Route(("WhenStale", "Reject")));
        await serving.Process.WaitForOutputAsync("was read again");
        // Two renewals after that have told the cluster what there is to tell.
        DateTimeOffset told = (await LeaseEndsAsync(whole)).Max();
        await Eventually.TrueAsync(async () => (await LeaseEndsAsync(whole)).Min() > told + TimeSpan.FromSeconds(1));
        relay.Cut(toServer: true, toClient: true);

        Assert.Equal((1, 2), (await whole.RevokeSessionAsync("s1")).Enforced());
        // It is so: bytes still come.
        for (int line = 0; line < 1000; line++) Assert.NotNull(await open.ReadLineAsync().WithinAsync());
    }

    [Fact]
    public async Task Nothing_is_served_before_what_lies_on_the_disk_is_applied()
    {
        JsonObject settings = ClusterSettings.For($"127.0.0.1:{FreePort.Take()}", _backend, _issuer).Route(("WhenStale", "Serve"));
        await using GatewayProcess node = await GatewayProcess.StartAsync(settings, ready: false);
        await node.Process.Kill9Async();
        await FillAsync(node.Folder["gateway.db"], "gone");
        node.Run();

        // The first requests come before the start is over, and until it is they are refused; nobody who is gone ever passes.
        string gone = _issuer.Token(session: "gone"), good = _issuer.Token(session: "good");
        bool refused = false;
        await Eventually.TrueAsync(async () =>
        {
            HttpStatusCode? ofGone = await StatusAsync(node, gone);
            Assert.NotEqual(HttpStatusCode.OK, ofGone);
            refused |= ofGone == HttpStatusCode.ServiceUnavailable;
            return ofGone == HttpStatusCode.Unauthorized;
        });
        Assert.True(refused, "the start was over before the first request; give it more facts to read");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(node, good));
    }

    private static async Task<HttpStatusCode?> StatusAsync(GatewayProcess node, string token)
    {
        try
        {
            using HttpResponseMessage answer = await node.GetAsync("/x", token);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;   // not listening yet
        }
    }

    // Many facts, and the one that counts last.
    private static async Task FillAsync(string file, string session)
    {
        const int fillers = 300_000, batch = 20_000;
        using SqliteDatabase database = new(file, claim: false, NullLogger<SqliteDatabase>.Instance);
        FactTable facts = new(database);
        for (int from = 0; from < fillers; from += batch)
            await facts.ReplicateAsync([.. Enumerable.Range(from, batch).Select(number => Entry(number, "filler-" + number))],
                new("epoch", from + batch), default);
        await facts.ReplicateAsync([Entry(fillers, session)], new("epoch", fillers + 1), default);
    }

    private static LogEntry Entry(int number, string session) => new(new("epoch", number + 1), new Fact.Revocation
    {
        Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(1), Actor = "test",
        Target = new Target.Session("main", session),
    });

    private static async Task<IReadOnlyList<DateTimeOffset>> LeaseEndsAsync(GatewayProcess node)
        => [.. JsonNode.Parse(await node.Management.GetStringAsync("/v1/nodes"))!["items"]!.AsArray()
            .Select(item => (DateTimeOffset)item!["leaseEnds"]!)];
}
