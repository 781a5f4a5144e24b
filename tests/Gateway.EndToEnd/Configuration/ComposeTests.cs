using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Configuration;

/// <summary>docker-compose.yml without a container engine: the file is read, and what it would start is started with the
/// same arguments, environment and configuration, on loopback ports in place of its host names.</summary>
public sealed partial class ComposeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));
    private static readonly JsonObject Services = (JsonObject)Yaml.Parse(Text)["services"]!;

    [Fact]
    public void It_brings_up_redis_two_gateways_and_a_backend_each_with_a_health_check()
    {
        Assert.Equal(["backend", "gateway-1", "gateway-2", "redis"], Services.Select(service => service.Key).Order());
        Assert.All(Services, service => Assert.NotNull(service.Value!["healthcheck"]!["test"]));
        Assert.All(Services, service =>
            Assert.All(service.Value!["ports"]?.AsArray() ?? [], port => Assert.StartsWith("127.0.0.1:", (string?)port)));
        string redis = string.Join(' ', Services["redis"]!["command"]!.AsArray());
        Assert.Contains("--appendonly yes", redis);
        Assert.Contains("--maxmemory-policy noeviction", redis);
    }

    [Fact]
    public async Task What_it_starts_works_as_its_head_says()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync();
        int application = FreePort.Take(), provider = FreePort.Take();
        Dictionary<string, string> hosts = new() { ["redis:6379"] = redis.Connection, ["backend:5000"] = $"127.0.0.1:{application}",
            ["backend:9900"] = $"127.0.0.1:{provider}" };
        using TempFolder folder = new();
        string[] command = [.. Services["backend"]!["command"]!.AsArray().Select(word => Local((string)word!, hosts))];
        await using ChildProcess backend = ChildProcess.Start("dotnet",
            [GatewayProcess.Program, .. command, "--application-port", $"{application}", "--provider-port", $"{provider}"], folder.Path);
        await backend.WaitForOutputAsync("identity provider on");

        await using Node one = new("gateway-1", hosts), two = new("gateway-2", hosts);
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());

        string calls = Local(Calls, new() { ["127.0.0.1:9900"] = hosts["backend:9900"], ["127.0.0.1:8080"] = one.Address,
            ["127.0.0.1:9901"] = one.ManagementAddress, ["127.0.0.1:8090"] = two.Address });
        await using ChildProcess shell = ChildProcess.Start("bash", ["-c", calls], folder.Path);
        await shell.ExitAsync();
        Assert.True("200 201 401" == Statuses(shell.Output), shell.Output);
        Assert.Contains("\"nodes\":2,\"of\":2", shell.Output);
        Assert.DoesNotContain("Overriding address", one.Output);
    }

    /// <summary>The calls in the head of the file, after everything is up.</summary>
    internal static string Calls => string.Join('\n', Call().Matches(Text).Select(match => match.Groups[1].Value));

    /// <summary>The status codes among the answers that curl -i printed.</summary>
    internal static string Statuses(string output)
        => string.Join(' ', StatusLine().Matches(output).Select(status => status.Groups[1].Value));

    private static string Local(string text, Dictionary<string, string> hosts)
    {
        foreach ((string host, string address) in hosts) text = text.Replace(host, address, StringComparison.Ordinal);
        return text.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^# {3}((?:TOKEN|curl|     -H).*)$", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"HTTP/[\d.]+ (\d{3}) ")]
    private static partial Regex StatusLine();

    /// <summary>A gateway of the compose file as a process, in a folder that holds the gateway.json of the tree.</summary>
    private sealed class Node : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly ChildProcess _process;

        public Node(string service, Dictionary<string, string> hosts)
        {
            Dictionary<string, string> here = new(hosts) { ["0.0.0.0:8080"] = Address, ["0.0.0.0:9901"] = ManagementAddress };
            File.Copy(Path.Combine(Repository.Root, "gateway.json"), _folder["gateway.json"]);
            IEnumerable<KeyValuePair<string, string?>> environment = Services[service]!["environment"]!.AsObject()
                .Select(variable => KeyValuePair.Create(variable.Key, (string?)Local((string)variable.Value!, here)));
            _process = ChildProcess.Start("dotnet", [GatewayProcess.Program], _folder.Path, environment);
        }

        public string Output => _process.Output;

        public string Address { get; } = $"127.0.0.1:{FreePort.Take()}";

        public string ManagementAddress { get; } = $"127.0.0.1:{FreePort.Take()}";

        public async Task ReadyAsync()
        {
            using HttpClient client = new();
            await Eventually.TrueAsync(async () =>
            {
                if (_process.HasExited) throw new InvalidOperationException(_process.Output);
                try
                {
                    using HttpResponseMessage answer = await client.GetAsync($"http://{ManagementAddress}/readyz");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException) { return false; }
            }, TimeSpan.FromSeconds(90), "the node is ready");
        }

        public async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            _folder.Dispose();
        }
    }
}
