using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;

namespace Gateway.Benchmarks;

/// <summary>Many sockets of one subject through one gateway process: what an idle one costs, and how a logout of all goes
/// while other requests go on. Clients, backend and gateway share the machine.</summary>
internal static class SocketsBenchmark
{
    private const int PerAddress = 20_000;

    public static async Task<int> RunAsync(int sockets)
    {
        // One pair of addresses has some 28,000 ports; so for more, there are more backends and client addresses.
        List<(string Url, Func<int> Open)> backends = [];
        for (int n = 0; n <= sockets / PerAddress; n++) backends.Add(await BenchSocket.BackendAsync(tick: TimeSpan.FromSeconds(2)));
        await using TestBackend http = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(http, issuer).Unlimited();
        for (int n = 0; n < backends.Count; n++) settings.Set($"ReverseProxy:Clusters:sockets:Destinations:d{n}:Address", backends[n].Url);
        settings.Set("ReverseProxy:Clusters:sockets:HttpRequest:ActivityTimeout", "00:10:00");
        settings.Set("ReverseProxy:Routes:sockets",
            new JsonObject { ["ClusterId"] = "sockets", ["Order"] = -1, ["Match"] = new JsonObject { ["Path"] = "/ws/{**rest}" } });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        string token = issuer.Token("alice", "one"), bystander = issuer.Token("bob", "two");
        for (int n = 0; n < 200; n++) (await gateway.GetAsync("/warm", bystander)).Dispose();
        for (int n = 0; n < 20; n++) await gateway.RevokeSessionAsync("warm-" + n);

        long before = Resident(gateway.Process.Id);
        Stopwatch opening = Stopwatch.StartNew();
        List<BenchSocket> all = [];
        while (all.Count < sockets)
            all.AddRange(
                await Task.WhenAll(Enumerable.Range(0, Math.Min(50, sockets - all.Count))
                    .Select(n => BenchSocket.OpenAsync(gateway.Url, "/ws/x", token, from: (all.Count + n) / PerAddress))));
        Console.WriteLine($"{sockets} sockets opened in {opening.Elapsed.TotalSeconds:0.0} s");
        await Task.Delay(TimeSpan.FromSeconds(5));
        long after = Resident(gateway.Process.Id);
        Console.WriteLine(
            $"resident memory: {before / 1048576} MB -> {after / 1048576} MB, {(after - before) / 1024.0 / sockets:0.0} KB a socket (each "
                + "gets a frame every 2 s)");

        using CancellationTokenSource over = new();
        List<(long At, double Milliseconds)> others = [];
        Task[] bystanders = [.. Enumerable.Range(0, 4).Select(_ => BystandAsync(gateway, bystander, others, over.Token))];
        await Task.Delay(TimeSpan.FromSeconds(2));

        long asked = Stopwatch.GetTimestamp();
        JsonObject answer = await gateway.RevokeAsync(new() { ["realm"] = "main", ["subject"] = "alice" });
        long answered = Stopwatch.GetTimestamp();
        long[] closed = await Task.WhenAll(all.Select(socket => socket.Closed)).WaitAsync(TimeSpan.FromSeconds(60));
        long ended = Stopwatch.GetTimestamp();
        await over.CancelAsync();
        await Task.WhenAll(bystanders);

        Console.WriteLine($"logout answered after {Ms(asked, answered):0.0} ms: {answer["enforced"]?.ToJsonString()}");
        Console.WriteLine(
            $"last bytes of any socket came {all.Max(socket => Ms(asked, socket.LastData)):0.0} ms after the logout was sent "
                + $"({all.Max(socket => Ms(answered, socket.LastData)):0.0} ms after its answer)");
        Console.WriteLine(
            $"closed with a Close frame: {closed.Count(at => at != 0)} of {sockets}; from logout to "
                + $"close {Percentiles([.. closed.Where(at => at != 0).Select(at => Ms(asked, at))])}");
        Console.WriteLine(
            $"other requests before: {Percentiles([.. others.Where(one => one.At < asked).Select(one => one.Milliseconds)])}");
        Console.WriteLine(
            $"other requests "
                + $"meanwhile: {Percentiles([.. others.Where(one => one.At >= asked && one.At <= ended).Select(one => one.Milliseconds)])}");
        Console.WriteLine($"left open at the backend: {backends.Sum(backend => backend.Open())}");
        return 0;
    }

    public static double Ms(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;

    public static string Percentiles(double[] values)
    {
        if (values.Length == 0) return "none";
        Array.Sort(values);
        return string.Create(CultureInfo.InvariantCulture,
            $"p50 {values[values.Length / 2]:0.0} ms, p99 {values[values.Length * 99 / 100]:0.0} ms, max {values[^1]:0.0} ms "
                + $"({values.Length})");
    }

    private static async Task BystandAsync(GatewayProcess gateway, string token, List<(long, double)> times, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            using (HttpResponseMessage answer = await gateway.GetAsync("/other", token)) answer.EnsureSuccessStatusCode();
            lock (times) times.Add((start, Ms(start, Stopwatch.GetTimestamp())));
            await Task.Delay(5, CancellationToken.None);
        }
    }

    // Linux: VmRSS of /proc/PID/status, in kB.
    public static long Resident(int process)
        => long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
}
