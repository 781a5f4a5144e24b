using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Credentials;

/// <summary>Reading rule 14 with nginx as a second proxy behind the gateway: it decodes, merges and resolves a path by its own rules
/// before it looks for its location, and hands the application what came out. Whatever the path looks like, nobody without a session gets
/// to where the route wants one.</summary>
public sealed class SecondProxyTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Requests = LongFactAttribute.Wanted ? 60_000 : 3_000;

    private static readonly string[] Pieces =
    [
        "/", "/", "/", "required", "required", "required", "x", "open", "..", ".", "%2F", "%2f", "%252F", "%5C", "\\", "//", "/./",
        "/../", "%2e", "%2E%2e", "%252e", ";", ";a=b", "%3B", "%20", "%00", "%72equired", "%2572equired", "REQUIRED", "requ%69red", "?",
        "%3F", "%23", "%c0%af", "/open/..", "/x/%2e%2e", "+", "%09", "required%2Fx", "required/", "./", "..;/",
    ];

    private readonly TempFolder _folder = new();
    private readonly int _port = FreePort.Take();
    private TestBackend _backend = null!;
    private ChildProcess _nginx = null!;
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        string program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        await File.WriteAllTextAsync(_folder["nginx.conf"], $$"""
            daemon off; master_process off; pid {{_folder["nginx.pid"]}}; error_log stderr crit;
            events { }
            http {
              access_log off;
              client_body_temp_path {{_folder["body"]}}; proxy_temp_path {{_folder["proxy"]}}; fastcgi_temp_path {{_folder["fastcgi"]}};
              uwsgi_temp_path {{_folder["uwsgi"]}}; scgi_temp_path {{_folder["scgi"]}};
              server {
                listen 127.0.0.1:{{_port}};
                location /required/ { proxy_set_header X-Location required; proxy_pass {{_backend.Url.TrimEnd('/')}}; }
                location / { proxy_set_header X-Location open; proxy_pass {{_backend.Url}}; }
              }
            }
            """);
        _nginx = ChildProcess.Start(program, ["-e", "stderr", "-p", _folder.Path, "-c", _folder["nginx.conf"]], _folder.Path);
        JsonObject settings = GatewaySettings.For(destination: $"http://127.0.0.1:{_port}/");
        settings.Set("Gateway:Realms:keys", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Api-Key" }), ["Opaque"] = new JsonObject(),
        });
        settings.Set("ReverseProxy:Routes:required", new JsonObject
        {
            ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = "/required/{**rest}" },
            ["Metadata"] = new JsonObject { ["Session"] = "Required" },
        });
        _gateway = await GatewayProcess.StartAsync(settings);
        await Eventually.TrueAsync(async () => await SendAsync("/x", null) == 200);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _nginx.DisposeAsync();
        await _backend.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_path_leads_around_the_session_that_a_route_wants()
    {
        Assert.Equal(200, await SendAsync("/required/x", "some-key"));
        Assert.Equal("required", _backend.Requests.Last()["X-Location"]);
        Assert.Equal(401, await SendAsync("/required/x", null));
        int seed = LongFactAttribute.Wanted ? Environment.TickCount : 20261127;
        Random random = new(seed);
        Dictionary<int, int> answers = [];
        int doubtful = 0;
        for (int n = 0; n < Requests; n++)
        {
            string path = "/" + string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            _backend.Forget();
            int status = await SendAsync(path, null);
            answers[status] = answers.GetValueOrDefault(status) + 1;
            string what = $"seed {seed}: {path} was answered {status}";
            Assert.True(status is 200 or (>= 400 and < 500), what);
            if (path.Contains("required", StringComparison.OrdinalIgnoreCase) && status == 200) doubtful++;
            foreach (RecordedRequest arrived in _backend.Requests)
                Assert.False(arrived["X-Location"] == "required" || arrived.Path.StartsWith("/required/", StringComparison.Ordinal),
                    $"{what} and came to {arrived["X-Location"]}, {arrived.Path}");
        }
        output.WriteLine($"SecondProxyTests: seed {seed}: {string.Join(", ", answers.Select(one => $"{one.Value} × {one.Key}"))}; "
            + $"{doubtful} with the route's word in them went on to elsewhere");
        Assert.True(answers[200] > 300 && answers[401] > 100);
    }

    private async Task<int> SendAsync(string target, string? key)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(_gateway.Url).Port);
        await using NetworkStream stream = client.GetStream();
        string credential = key is null ? "" : $"X-Api-Key: {key}\r\n";
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: app.example\r\n{credential}Connection: close\r\n\r\n"));
        using StreamReader reader = new(stream, Encoding.Latin1);
        string answer = await reader.ReadToEndAsync();
        return answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3)) : 0;
    }
}
