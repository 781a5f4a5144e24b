using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Benchmarks;

/// <summary>What the gateway adds to a short request: the same backend asked directly, through plain YARP and through the
/// gateway, each a process of its own on loopback. The three take turns, so that whatever else the machine does meets all.</summary>
internal static class ProxyBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3), Turn = TimeSpan.FromSeconds(2);

    /// <param name="turns">Of two seconds, for each of the three at each number of connections.</param>
    public static async Task<int> RunAsync(int turns)
    {
        int backendPort = FreePort.Take(), yarpPort = FreePort.Take();
        await using ChildProcess backend = Serve("serve-backend", backendPort);
        await using ChildProcess yarp = Serve("serve-yarp", yarpPort, $"http://127.0.0.1:{backendPort}/");
        await using TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(issuer: issuer, destination: $"http://127.0.0.1:{backendPort}/")
            .Route(("Session", "Required"));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        for (int n = 0; n < 1000; n++) await gateway.RevokeSessionAsync("gone-" + n);

        using HttpClient client = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token());
        (string Name, Uri Url)[] ways = [("direct", new($"http://127.0.0.1:{backendPort}/x")),
            ("plain YARP", new($"http://127.0.0.1:{yarpPort}/x")), ("gateway", new(gateway.Url + "/x"))];
        foreach ((_, Uri url) in ways) await MeasureAsync(client, url, connections: 16, WarmUp);

        Console.WriteLine("| connections | | requests a second | p50 | p99 |\n|---:|---|---:|---:|---:|");
        foreach (int connections in (int[])[1, 16])
        {
            List<double>[] times = [.. ways.Select(_ => new List<double>())];
            for (int turn = 0; turn < turns; turn++)
                for (int way = 0; way < ways.Length; way++)
                    times[way].AddRange(await MeasureAsync(client, ways[way].Url, connections, Turn));
            for (int way = 0; way < ways.Length; way++)
            {
                times[way].Sort();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {connections} | {ways[way].Name} | {times[way].Count / (turns * Turn.TotalSeconds):#,0} "
                        + $"| {times[way][times[way].Count / 2]:0.00} ms | {times[way][times[way].Count * 99 / 100]:0.00} ms |"));
            }
        }
        return 0;
    }

    /// <summary>Milliseconds of each request that was answered; every connection asks again as soon as it has its answer.</summary>
    private static async Task<double[]> MeasureAsync(HttpClient client, Uri url, int connections, TimeSpan time)
    {
        long begun = Stopwatch.GetTimestamp();
        double[][] each = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            List<double> times = [];
            while (Stopwatch.GetElapsedTime(begun) < time)
            {
                long start = Stopwatch.GetTimestamp();
                using (HttpResponseMessage answer = await client.GetAsync(url)) answer.EnsureSuccessStatusCode();
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return times.ToArray();
        }));
        return [.. each.SelectMany(times => times)];
    }

    private static ChildProcess Serve(params object[] arguments)
        => ChildProcess.Start("dotnet",
            [typeof(ProxyBenchmark).Assembly.Location,
                .. arguments.Select(argument => string.Create(CultureInfo.InvariantCulture, $"{argument}"))]);

    /// <summary>The process behind: a short answer, and nothing else.</summary>
    public static Task ServeBackendAsync(int port)
        => ServeAsync(port, _ => { }, app => app.Run(static context => context.Response.WriteAsync("hello")));

    /// <summary>The process between, without the gateway: YARP as its documentation starts it.</summary>
    public static Task ServeYarpAsync(int port, string destination) => ServeAsync(port,
        services => services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "app", ClusterId = "app", Match = new RouteMatch { Path = "{**rest}" } }],
            [new ClusterConfig { ClusterId = "app",
                Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = destination } } }]),
        app => app.MapReverseProxy());

    private static async Task ServeAsync(int port, Action<IServiceCollection> services, Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        services(builder.Services);
        await using WebApplication app = builder.Build();
        map(app);
        await app.RunAsync($"http://127.0.0.1:{port}");
    }
}
