using System.Diagnostics;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;

namespace Gateway.Benchmarks;

/// <summary>Sockets spread over three gateways that share one Redis; the logout is always taken by another node than the
/// one that holds the socket.</summary>
internal static class ClusterBenchmark
{
    public static async Task<int> RunAsync(int sockets, int single)
    {
        (string backendUrl, _) = await BenchSocket.BackendAsync(tick: TimeSpan.Zero);
        await using RedisProcess redis = await RedisProcess.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(null, issuer, destination: backendUrl).Unlimited();
        settings.Set("Gateway:Store:Kind", "Redis");
        settings.Set("Gateway:Store:Connection", redis.Connection);
        List<GatewayProcess> nodes = [];
        try
        {
            for (int n = 0; n < 3; n++) nodes.Add(await GatewayProcess.StartAsync(settings));
            List<(BenchSocket Socket, string Session, int Node)> all = [];
            for (int n = 0; n < sockets; n++)
            {
                string session = "s" + n;
                all.Add((await BenchSocket.OpenAsync(nodes[n % 3].Url, "/ws", issuer.Token("alice", session)), session, n % 3));
            }

            List<double> answers = [], closes = [];
            foreach ((BenchSocket socket, string session, int node) in all.Take(single))
            {
                long asked = Stopwatch.GetTimestamp();
                await nodes[(node + 1) % 3].RevokeSessionAsync(session);
                answers.Add(SocketsBenchmark.Ms(asked, Stopwatch.GetTimestamp()));
                closes.Add(SocketsBenchmark.Ms(asked, await socket.Closed));
            }
            Console.WriteLine($"{single} logouts one by one: answered {SocketsBenchmark.Percentiles([.. answers])}");
            Console.WriteLine($"  from logout to close on another node {SocketsBenchmark.Percentiles([.. closes])}");

            long askedAll = Stopwatch.GetTimestamp();
            JsonObject answer = await nodes[0].RevokeAsync(new() { ["realm"] = "main", ["subject"] = "alice" });
            double answered = SocketsBenchmark.Ms(askedAll, Stopwatch.GetTimestamp());
            long[] closed = await Task.WhenAll(all.Skip(single).Select(one => one.Socket.Closed)).WaitAsync(TimeSpan.FromSeconds(60));
            Console.WriteLine(
                $"the other {sockets - single} at once: answered after {answered:0.0} ms, {answer["enforced"]?.ToJsonString()}");
            Console.WriteLine(
                $"  from logout to "
                    + $"close {SocketsBenchmark.Percentiles([.. closed.Where(at => at != 0).Select(at => SocketsBenchmark.Ms(askedAll, at))])}");
        }
        finally
        {
            foreach (GatewayProcess node in nodes) await node.DisposeAsync();
        }
        return 0;
    }
}
