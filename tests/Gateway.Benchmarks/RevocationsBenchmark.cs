using System.Diagnostics;
using System.Globalization;
using Gateway.Cluster;
using Gateway.EndToEnd.Support;
using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Store;
using StackExchange.Redis;

namespace Gateway.Benchmarks;

/// <summary>Three gateways and one Redis on this machine: from the logout to "refused everywhere", beside a bare PUBLISH →
/// receive of the same run; how many a second; and a start on a long log.</summary>
internal static class RevocationsBenchmark
{
    public static async Task<int> RunAsync(int logouts, int stored)
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using TestIssuer issuer = new();
        System.Text.Json.Nodes.JsonObject settings = GatewaySettings.For(null, issuer).Unlimited()
            .Set("Gateway:Store:Kind", "Redis").Set("Gateway:Store:Connection", redis.Connection)
            .Set("Logging:LogLevel:Default", "None").Set("Logging:LogLevel:Microsoft", "None");
        List<InProcessGateway> nodes = [];
        try
        {
            for (int n = 0; n < 3; n++) nodes.Add(await InProcessGateway.StartAsync(settings));
            foreach (InProcessGateway node in nodes) await Eventually.TrueAsync(() => node.Get<Lease>().IsUsable);

            await BellAsync(redis, logouts / 10);
            double bare = await BellAsync(redis, logouts);
            await ScriptAsync(redis, logouts);
            await LogoutsAsync(nodes, logouts / 10, tell: false);
            double refused = await LogoutsAsync(nodes, logouts, tell: true);
            Console.WriteLine($"  at p50, {refused / bare:0.0} times the bare round");
            await ThroughputAsync(nodes[0], logouts * 5);
        }
        finally
        {
            foreach (InProcessGateway node in nodes) await node.DisposeAsync();
        }
        if (stored > 0) await StartAsync(settings, redis, stored);
        return 0;
    }

    // One publisher, one subscriber, on connections of their own.
    private static async Task<double> BellAsync(RedisProcess redis, int rounds)
    {
        using ConnectionMultiplexer from = await ConnectionMultiplexer.ConnectAsync(redis.Connection),
            to = await ConnectionMultiplexer.ConnectAsync(redis.Connection);
        TaskCompletionSource<long> heard = new();
        await to.GetSubscriber().SubscribeAsync(RedisChannel.Literal("bench"), (_, _) => heard.TrySetResult(Stopwatch.GetTimestamp()));
        double[] took = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
            long started = Stopwatch.GetTimestamp();
            await from.GetSubscriber().PublishAsync(RedisChannel.Literal("bench"), "");
            took[i] = SocketsBenchmark.Ms(started, await heard.Task);
        }
        return Tell($"bare PUBLISH → receive, {rounds:N0} times", took, rounds > 1000);
    }

    // The least that any append takes: a script that does nothing, there and back.
    private static async Task ScriptAsync(RedisProcess redis, int rounds)
    {
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Connection);
        string digest = (string)(await connection.GetDatabase().ExecuteAsync("SCRIPT", "LOAD", "return 1"))!;
        double[] took = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            long started = Stopwatch.GetTimestamp();
            await connection.GetDatabase().ExecuteAsync("EVALSHA", digest, 0);
            took[i] = SocketsBenchmark.Ms(started, Stopwatch.GetTimestamp());
        }
        Tell($"bare EVALSHA of nothing, there and back, {rounds:N0} times", took, tell: true);
    }

    private static async Task<double> LogoutsAsync(List<InProcessGateway> nodes, int rounds, bool tell)
    {
        LogFollower[] followers = [.. nodes.Select(node => node.Get<LogFollower>())];
        double[] refused = new double[rounds], answered = new double[rounds];
        int everywhere = 0;
        for (int i = 0; i < rounds; i++)
        {
            // What comes next is this logout, and nothing else: each node tells when it has applied it.
            Task<long>[] applied = [.. followers.Select(async follower =>
            {
                LogPosition at = follower.Applied;
                await follower.WaitForAsync(at with { Number = at.Number + 1 }, default);
                return Stopwatch.GetTimestamp();
            })];
            long started = Stopwatch.GetTimestamp();
            RevocationOutcome outcome = await nodes[i % 3].Get<RevocationService>()
                .RevokeAsync(new(new Target.Session("main", Guid.NewGuid().ToString("N")), new Actor("bench", null)), default);
            answered[i] = SocketsBenchmark.Ms(started, Stopwatch.GetTimestamp());
            if (outcome.Enforced is { Nodes: 3, Of: 3 }) everywhere++;
            refused[i] = SocketsBenchmark.Ms(started, (await Task.WhenAll(applied)).Max());
        }
        double p50 = Tell($"logout → refused on all three, {rounds:N0} times", refused, tell);
        Tell("logout → answered \"enforced on 3 of 3\" and on the disk", answered, tell);
        if (tell) Console.WriteLine($"  {everywhere:N0} of them answered 3 of 3");
        return p50;
    }

    private static async Task ThroughputAsync(InProcessGateway node, int count)
    {
        RevocationService service = node.Get<RevocationService>();
        int next = 0, all = 0;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 1024).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) <= count)
            {
                RevocationOutcome outcome = await service.RevokeAsync(
                    new(new Target.Session("main", Guid.NewGuid().ToString("N")), new Actor("bench", null)), default);
                if (outcome.Enforced.Everywhere) Interlocked.Increment(ref all);
            }
        }));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(
            $"{count:N0} revocations through one node, 1,024 at a time, three nodes on this machine: {count / seconds:N0}/s ({all:N0} "
                + "answered \"enforced everywhere\")");
    }

    private static async Task StartAsync(System.Text.Json.Nodes.JsonObject settings, RedisProcess redis, int stored)
    {
        await using (InProcessGateway filling = await InProcessGateway.StartAsync(settings))
        {
            IClusterLog log = filling.Get<IClusterLog>();
            DateTimeOffset now = DateTimeOffset.UtcNow;
            for (int done = 0; done < stored; done += 500)
            {
                await log.RestoreAsync([.. Enumerable.Range(done, 500).Select(i => new Fact.Revocation
                {
                    Id = Guid.CreateVersion7(), At = now, Expires = now.AddDays(30), Actor = "bench",
                    Target = new Target.Session("main", "stored-" + i),
                })], default);
            }
        }
        string memory = (await redis.CommandAsync("INFO", "memory"))!.Split('\n')
            .First(line => line.StartsWith("used_memory:", StringComparison.Ordinal)).Trim();
        long started = Stopwatch.GetTimestamp();
        await using InProcessGateway node = await InProcessGateway.StartAsync(settings);
        double listening = SocketsBenchmark.Ms(started, Stopwatch.GetTimestamp());
        await Eventually.TrueAsync(() => node.Get<Lease>().IsUsable, TimeSpan.FromMinutes(1));
        Console.WriteLine(
            $"start with {node.Get<RevocationIndex>().Count:N0} revocations in Redis, no local replica: ready "
                + $"after {SocketsBenchmark.Ms(started, Stopwatch.GetTimestamp()) / 1000:0.00} s ({listening / 1000:0.00} s of it until "
                + $"the listeners are open); Redis {memory}");
    }

    private static double Tell(string what, double[] took, bool tell)
    {
        Array.Sort(took);
        if (tell)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what}: p50 {took[took.Length / 2]:0.000} ms, p99 {took[took.Length * 99 / 100]:0.000} ms, max {took[^1]:0.0} ms"));
        return took[took.Length / 2];
    }
}
