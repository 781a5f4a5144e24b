using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;

namespace Gateway.Benchmarks;

/// <summary>Logouts through the management API, each answered as durable and enforced everywhere: with the embedded log, then with Redis
/// and one to six gateways, all of them processes of their own on this machine. Connections ask again as soon as they are
/// answered.</summary>
internal static class LogoutsBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <param name="seconds">Of each turn.</param>
    /// <param name="nodes">Numbers of gateways with Redis.</param>
    public static async Task<int> RunAsync(int seconds, int[] nodes)
    {
        await using TestIssuer issuer = new();
        Console.WriteLine("| log | gateways | connections | logouts a second | p50 | p99 | processor time of one, of the gateway asked |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        await using (GatewayProcess alone = await GatewayProcess.StartAsync(Settings(issuer)))
            await MeasureAsync("SQLite", [alone], seconds);
        foreach (int count in nodes)
        {
            await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
            JsonObject settings = Settings(issuer)
                .Set("Gateway:Store:Kind", "Redis").Set("Gateway:Store:Connection", redis.Connection);
            List<GatewayProcess> all = [];
            try
            {
                for (int n = 0; n < count; n++) all.Add(await GatewayProcess.StartAsync(settings));
                await MeasureAsync("Redis", all, seconds);
            }
            finally
            {
                foreach (GatewayProcess one in all) await one.DisposeAsync();
            }
        }
        return 0;
    }

    // Nothing of what is ended here is known to be alive.
    private static JsonObject Settings(TestIssuer issuer) => GatewaySettings.For(null, issuer)
        .Set("Gateway:Limits:CallerFactsPerMinute", "100000000").Set("Gateway:Limits:ClusterFactsPerDay", "100000000");

    private static async Task MeasureAsync(string log, List<GatewayProcess> nodes, int seconds)
    {
        GatewayProcess asked = nodes[0];
        await AskAsync(asked, nodes.Count, 64, WarmUp);
        foreach (int connections in (int[])[1, 8, 64])
        {
            TimeSpan spent = asked.Process.ProcessorTime;
            double[] times = await AskAsync(asked, nodes.Count, connections, TimeSpan.FromSeconds(seconds));
            spent = asked.Process.ProcessorTime - spent;
            Array.Sort(times);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {log} | {nodes.Count} | {connections} | {times.Length / (double)seconds:N0} | {times[times.Length / 2]:0.00} ms "
                    + $"| {times[times.Length * 99 / 100]:0.00} ms | {spent.TotalMicroseconds / times.Length:0} µs |"));
        }
    }

    private static async Task<double[]> AskAsync(GatewayProcess node, int nodes, int connections, TimeSpan time)
    {
        Uri url = new(node.ManagementUrl);
        string everywhere = $"\"nodes\":{nodes},\"of\":{nodes}";
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        double[][] each = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            byte[] buffer = new byte[8192];
            List<double> took = [];
            for (long asked; (asked = Stopwatch.GetTimestamp()) < end;)
            {
                string body = $$"""{"session":"{{Guid.NewGuid():N}}"}""";
                await socket.SendAsync(Encoding.ASCII.GetBytes(
                    $"POST /v1/revocations HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {GatewaySettings.ManagementKey}\r\n"
                        + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
                string answer = await AnswerAsync(socket, buffer);
                if (!answer.StartsWith("HTTP/1.1 201", StringComparison.Ordinal) || !answer.Contains(everywhere, StringComparison.Ordinal))
                    throw new InvalidOperationException(answer);
                took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            return took.ToArray();
        })));
        return [.. each.SelectMany(times => times)];
    }

    private static async Task<string> AnswerAsync(Socket socket, byte[] buffer)
    {
        for (int have = 0; ;)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0) throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, have));
            have += read;
            ReadOnlySpan<byte> all = buffer.AsSpan(0, have);
            int head = all.IndexOf("\r\n\r\n"u8);
            if (head < 0) continue;
            int length = all.IndexOf("Content-Length: "u8);
            bool whole = length < 0 ? all.EndsWith("0\r\n\r\n"u8)
                : System.Buffers.Text.Utf8Parser.TryParse(all[(length + 16)..], out int bytes, out _) && have == head + 4 + bytes;
            if (whole) return Encoding.ASCII.GetString(all);
        }
    }
}
