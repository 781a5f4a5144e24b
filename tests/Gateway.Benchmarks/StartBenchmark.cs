using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Cluster;
using Gateway.EndToEnd.Support;
using Gateway.Revocation;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>From the start of a fresh process until <c>/readyz</c> says 200, with nothing and with many facts: from the embedded log, from
/// Redis without a local copy, and from the local copy that the start before has left.</summary>
internal static class StartBenchmark
{
    private const int Batch = 500, Fillers = 2;

    /// <param name="program">Another build of the gateway than the one beside this; null for that.</param>
    public static async Task<int> RunAsync(int facts, string? program)
    {
        await using TestIssuer issuer = new();
        await EmbeddedAsync(issuer, 0, program);
        await EmbeddedAsync(issuer, facts, program);

        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        JsonObject settings = GatewaySettings.For(null, issuer)
            .Set("Gateway:Store:Kind", "Redis").Set("Gateway:Store:Connection", redis.Connection);
        await FillAsync(settings, facts);
        await using GatewayProcess node = await StartedAsync(settings, program, $"Redis, {facts:N0} facts, no local copy");
        Console.WriteLine($"  memory then: {ResidentMegabytes(node)} MB");
        long copying = Stopwatch.GetTimestamp();
        await CopiedAsync(node, facts);
        Console.WriteLine($"  local copy whole {Seconds(copying)} s later; memory: {ResidentMegabytes(node)} MB");
        await node.StopAsync();
        long started = Stopwatch.GetTimestamp();
        node.Run();
        await ReadyAsync(node);
        Console.WriteLine($"local copy and Redis, {facts:N0} facts: ready after {Seconds(started)} s");
        return 0;
    }

    private static async Task EmbeddedAsync(TestIssuer issuer, int facts, string? program)
    {
        using TempFolder folder = new();
        using (SqliteDatabase database = new(folder["gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance))
            await LogTable.FillAsync(new FactTable(database), facts);
        JsonObject settings = GatewaySettings.For(null, issuer).Set("Gateway:Store:Path", folder["gateway.db"]);
        await using GatewayProcess node = await StartedAsync(settings, program, $"embedded log, {facts:N0} facts");
        Console.WriteLine($"  memory then: {ResidentMegabytes(node)} MB");
    }

    private static async Task<GatewayProcess> StartedAsync(JsonObject settings, string? program, string what)
    {
        long started = Stopwatch.GetTimestamp();
        GatewayProcess node = await GatewayProcess.StartAsync(settings, ready: false, program: program);
        await ReadyAsync(node);
        Console.WriteLine($"{what}: ready after {Seconds(started)} s");
        return node;
    }

    private static async Task ReadyAsync(GatewayProcess node)
    {
        using HttpClient probe = new() { BaseAddress = new Uri(node.ManagementUrl) };
        while (true)
        {
            if (node.Process.HasExited) throw new InvalidOperationException(node.Output);
            try
            {
                using HttpResponseMessage answer = await probe.GetAsync("/readyz");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) { /* it does not listen yet */ }
            await Task.Delay(5);
        }
    }

    private static async Task FillAsync(JsonObject settings, int facts)
    {
        await using InProcessGateway filling = await InProcessGateway.StartAsync(settings);
        IClusterLog log = filling.Get<IClusterLog>();
        await Eventually.TrueAsync(() => filling.Get<Lease>().IsUsable);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await Parallel.ForEachAsync(Enumerable.Range(0, facts / Batch), new ParallelOptions { MaxDegreeOfParallelism = Fillers },
            async (batch, cancellation) => await log.RestoreAsync([.. Enumerable.Range(batch * Batch, Batch).Select(i => new Fact.Revocation
            {
                Id = Guid.CreateVersion7(), At = now, Expires = now.AddDays(30), Actor = "bench",
                Target = new Target.Session("main", "stored-session-" + i),
            })], cancellation));
    }

    // A file that is written can be read beside it.
    private static async Task CopiedAsync(GatewayProcess node, int facts)
    {
        using SqliteDatabase copy = new(node.Folder["gateway.db"], claim: false, NullLogger<SqliteDatabase>.Instance);
        FactTable table = new(copy);
        while (table.Replicated is not { } upTo || upTo.Number < facts) await Task.Delay(50);
    }

    private static string Seconds(long since)
        => Stopwatch.GetElapsedTime(since).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);

    private static long ResidentMegabytes(GatewayProcess node) => SocketsBenchmark.Resident(node.Process.Id) / 1048576;
}
