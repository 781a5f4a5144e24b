using System.Diagnostics;
using System.Globalization;
using Gateway.Cluster;
using Gateway.EndToEnd.Support;
using Gateway.Revocation;

namespace Gateway.Benchmarks;

/// <summary>How fast what has expired is removed from the log in Redis, in pages as <see cref="LogTrimming"/> asks for them, each followed
/// by a pause as long as it took.</summary>
internal static class TrimmingBenchmark
{
    private const int Batch = 500, PageSize = 1000;

    public static async Task<int> RunAsync(int facts)
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await using TestIssuer issuer = new();
        await using InProcessGateway node = await InProcessGateway.StartAsync(GatewaySettings.For(null, issuer)
            .Set("Gateway:Store:Kind", "Redis").Set("Gateway:Store:Connection", redis.Connection));
        IClusterLog log = node.Get<IClusterLog>();
        await Eventually.TrueAsync(() => node.Get<Lease>().IsUsable);
        DateTimeOffset soon = DateTimeOffset.UtcNow.AddSeconds(Math.Max(10, facts / 10_000));
        for (int from = 0; from < facts; from += Batch)
            await log.RestoreAsync([.. Enumerable.Range(from, Batch).Select(i => new Fact.Revocation
            {
                Id = Guid.CreateVersion7(), At = soon.AddDays(-30), Expires = soon, Actor = "bench",
                Target = new Target.Session("main", "expired-session-" + i),
            })], default);
        TimeSpan left = soon - DateTimeOffset.UtcNow;
        if (left > TimeSpan.Zero) await Task.Delay(left);

        List<double> pages = [];
        long gone = 0, started = Stopwatch.GetTimestamp();
        while (gone < facts)
        {
            long asked = Stopwatch.GetTimestamp();
            Trimmed trimmed = await log.TrimAsync(PageSize, front: true, TimeSpan.FromSeconds(25), default);
            pages.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            gone += trimmed.Gone;
            // The gateway's own loop has come before and taken its share.
            if (trimmed.Looked < PageSize) break;
            await Task.Delay(Stopwatch.GetElapsedTime(asked));
        }
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] took = [.. pages.Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{gone:N0} of {facts:N0} expired facts removed in {seconds:0.0} s: {gone / seconds:N0}/s with the pauses; a page of "
                + $"{PageSize} p50 {took[took.Length / 2]:0.0} ms, p99 {took[took.Length * 99 / 100]:0.0} ms, max {took[^1]:0.0} ms"));
        return 0;
    }
}
