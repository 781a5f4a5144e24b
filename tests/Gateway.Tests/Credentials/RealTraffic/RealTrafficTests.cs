using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Tests.Credentials.RealTraffic;

/// <summary>
/// Ordinary requests of real applications and clients, on a route of each kind: what reaches the backend is compared byte for byte with
/// what plain YARP sends. Each difference stands with its reason in <c>src/docs/differences.md</c>, and no other.
/// </summary>
public sealed class RealTrafficTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string AsSent = "target as it was sent";
    private static readonly string[] Policies = ["Required", "Optional", "Ignore"];

    private readonly TestIssuer _issuer = new("https://idp.example");
    private RawBackend _backend = null!;
    private InProcessGateway _gateway = null!;
    private WebApplication _plain = null!;
    private int _plainPort;
    private string? _reached;

    public async Task InitializeAsync()
    {
        _backend = new(AnswerAsync);
        JsonObject settings = GatewaySettings.For(null, _issuer, destination: _backend.Url);
        settings.Set("Gateway:Realms:keys", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Api-Key" }, new JsonObject { ["Cookie"] = "session" }),
            ["Opaque"] = new JsonObject(),
        });
        JsonObject routes = settings["ReverseProxy"]!["Routes"]!.AsObject();
        routes.Clear();
        foreach (string policy in Policies)
            routes[policy] = new JsonObject
            {
                ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Hosts"] = new JsonArray($"{policy.ToLowerInvariant()}.example") },
                ["Metadata"] = new JsonObject { ["Session"] = policy },
            };
        _gateway = await InProcessGateway.StartAsync(settings);

        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(_plainPort = FreePort.Take()));
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "app", Match = new RouteMatch { Path = "/{**rest}" } }],
            [new ClusterConfig
            {
                ClusterId = "app", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = _backend.Url } },
            }])
            // Tests of tracing listen in this process; plain YARP would then add headers that this test did not ask for.
            .ConfigureHttpClient((_, handler) => handler.ActivityHeadersPropagator = null);
        _plain = builder.Build();
        _plain.MapReverseProxy();
        await _plain.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _plain.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task What_reaches_the_backend_is_what_plain_YARP_sends_but_for_the_differences_in_the_manual()
    {
        Assert.True(RealRequest.All.Count >= 150);
        Assert.Equal(RealRequest.All.Count, RealRequest.All.Select(request => request.Name).Distinct().Count());
        string cookie = "access_token=" + _issuer.Token(session: "good");
        List<string> found = [];
        int refused = 0, altered = 0, better = 0;
        foreach (RealRequest request in RealRequest.All)
        {
            List<(string Policy, string Difference)> differs = [];
            foreach (string policy in Policies)
            {
                byte[] sent = request.For(policy.ToLowerInvariant() + ".example", policy == "Required" ? cookie : null);
                (string plainStatus, string? plain) = await SendAsync(_plainPort, sent);
                (string status, string? reached) = await SendAsync(new Uri(_gateway.Url).Port, sent);
                if (Difference(request, plainStatus, plain, status, reached) is not { } difference) continue;
                if (reached is null) refused++;
                else if (difference != AsSent) altered++;
                else better++;
                differs.Add((policy, difference));
            }
            found.AddRange(differs.GroupBy(one => one.Difference).Select(group =>
                $"| {request.Name} | {(group.Count() == Policies.Length ? "all" : string.Join(", ", group.Select(one => one.Policy)))} "
                    + $"| {group.Key} |"));
        }
        output.WriteLine(
            $"{RealRequest.All.Count} requests on {Policies.Length} routes: {refused} refused, {altered} altered, {better} as they "
            + "were sent where plain YARP sends something else.");
        output.WriteLine(string.Join('\n', found));
        Assert.Equal(Listed(), found);
    }

    // The rows of the manual without their last column, the reason.
    private static IEnumerable<string> Listed()
        => File.ReadAllLines(Path.Combine(Repository.Root, "src", "docs", "differences.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line[..(line.TrimEnd(' ', '|').LastIndexOf(" | ", StringComparison.Ordinal) + 2)]);

    private static string? Difference(RealRequest request, string plainStatus, string? plain, string status, string? reached)
    {
        // What the backend cannot take for a request has not reached it.
        if (plain is "") plain = null;
        if (plain is null && reached is not null) return $"going on instead of `{plainStatus}`";
        if (plain is null || reached is null)
            return plainStatus == status && plain == reached ? null
                : $"`{status}` instead of {(plain is null ? $"`{plainStatus}`" : "going on")}";
        string[] before = plain.Split("\r\n"), after = reached.Split("\r\n");
        string[] gone = [.. before.Except(after).Select(Named)], come = [.. after.Except(before).Select(Named)];
        if (gone.Length == 1 && come is [var line] && line == request.Line + " HTTP/1.1") return AsSent;
        if (gone.Length + come.Length == 0) return before.SequenceEqual(after) ? null : "another order";
        return string.Join(", ", gone.Select(line => $"without `{line}`").Concat(come.Select(line => $"with `{line}`")));
    }

    // Whose value is the test's own is shortened.
    private static string Named(string line)
        => line.Contains("access_token=", StringComparison.Ordinal)
            ? line[..line.IndexOf("access_token=", StringComparison.Ordinal)] + "…"
            : line;

    private async Task<(string Status, string? Reached)> SendAsync(int port, byte[] request)
    {
        _reached = null;
        using TcpClient client = new();
        await client.ConnectAsync("localhost", port);
        await client.GetStream().WriteAsync(request);
        using MemoryStream answer = new();
        await client.GetStream().CopyToAsync(answer).WithinAsync();
        string text = Encoding.Latin1.GetString(answer.ToArray());
        // After an interim answer comes the one that counts.
        string[] statuses = [.. text.Split("\r\n").Where(line => line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            .Select(line => line[9..12])];
        return (statuses.LastOrDefault(status => status[0] != '1') ?? "none", _reached);
    }

    private async Task AnswerAsync(NetworkStream client, CancellationToken stop)
    {
        string headers = await RawBackend.ReadHeadersAsync(client, stop);
        StringBuilder body = new();
        byte[] one = new byte[1];
        string? length = headers.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        if (headers.Contains("\r\nExpect: 100-continue\r\n", StringComparison.OrdinalIgnoreCase))
            await RawBackend.WriteAsync(client, "HTTP/1.1 100 Continue\r\n\r\n", stop);
        for (int left = length is null ? 0 : int.Parse(length[16..]); left > 0 && await client.ReadAsync(one, stop) > 0; left--)
            body.Append((char)one[0]);
        _reached = headers + body;
        await RawBackend.WriteAsync(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", stop);
    }
}
