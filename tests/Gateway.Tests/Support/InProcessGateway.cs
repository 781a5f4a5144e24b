using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Cluster;
using Gateway.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>The whole gateway in this process, on free loopback ports, with a gateway.json and a store in a folder of its own.</summary>
internal sealed class InProcessGateway : IAsyncDisposable
{
    private readonly JsonObject _settings;
    private readonly TimeProvider? _time;
    private readonly Action<WebApplicationBuilder>? _customize;
    private readonly int _port = FreePort.Take();
    private readonly int _http2Port = FreePort.Take();
    private readonly int _managementPort = FreePort.Take();
    private readonly OpenConnections _connections = new();
    private WebApplication? _app;

    private InProcessGateway(JsonObject settings, TimeProvider? time, Action<WebApplicationBuilder>? customize, bool http2)
    {
        _settings = (JsonObject)settings.DeepClone();
        _time = time;
        _customize = customize;
        if (http2)
        {
            _settings.Set("Kestrel:Endpoints:Http1", new JsonObject { ["Url"] = Url, ["Protocols"] = "Http1" });
            _settings.Set("Kestrel:Endpoints:Http2", new JsonObject { ["Url"] = Http2Url, ["Protocols"] = "Http2" });
        }
        else
        {
            _settings["Urls"] = Url;
        }
        _settings.Set("Gateway:Management:Url", ManagementUrl);
        Client = NewClient(Url);
        Management = NewClient(ManagementUrl);
        Management.DefaultRequestHeaders.Authorization = new("Bearer", GatewaySettings.ManagementKey);
    }

    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Clear-text HTTP/2, when started with <c>http2: true</c>.</summary>
    public string Http2Url => $"http://127.0.0.1:{_http2Port}";
    public string ManagementUrl => $"http://127.0.0.1:{_managementPort}";

    /// <summary>Calls the main listener; follows no redirect, keeps no cookie.</summary>
    public HttpClient Client { get; }

    /// <summary>Calls the management listener with a management key.</summary>
    public HttpClient Management { get; }
    public TempFolder Folder { get; } = new();
    public LogCapture Log { get; private set; } = new();
    public IServiceProvider Services => (_app ?? throw new InvalidOperationException("The gateway is stopped.")).Services;

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public static async Task<InProcessGateway> Start(JsonObject settings, TimeProvider? time = null, Action<WebApplicationBuilder>? customize = null, bool http2 = false)
    {
        InProcessGateway gateway = new(settings, time, customize, http2);
        try
        {
            await gateway.Restart();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes gateway.json again, as an operator would while it runs.</summary>
    public void Reconfigure(Action<JsonObject> change)
    {
        change(_settings);
        Folder.Write("gateway.json", _settings.ToJsonString());
    }

    /// <summary>Stops the host and builds it again on the same folder and ports.</summary>
    public async Task Restart()
    {
        await Stop();
        Log = new LogCapture();
        string file = Folder.Write("gateway.json", _settings.ToJsonString());
        WebApplication app = GatewayHost.Build([], builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Debug);
            if (_time is not null) builder.Services.Replace(ServiceDescriptor.Singleton(_time));
            _connections.Track(builder);
            _customize?.Invoke(builder);
        }, file);
        await app.StartAsync();
        _app = app;
        // The embedded log is read within moments; until then the node is stale, which is not what most tests are about.
        if (Get<StoreOptions>().Kind == StoreKind.Sqlite) await Eventually.True(() => Get<LogTail>().CaughtUp && Get<Lease>().IsUsable);
    }

    /// <summary>Stops it in order, as SIGTERM does.</summary>
    /// <param name="cut">Whether connections that are still open are cut first.</param>
    public async Task Stop(bool cut = true)
    {
        if (_app is null) return;
        WebApplication app = _app;
        _app = null;
        if (cut) _connections.Abort();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>A GET of the main listener, with a bearer token.</summary>
    public Task<HttpResponseMessage> Get(string path, string? token = null)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Client.SendAsync(request);
    }

    /// <summary>Calls <c>POST /v1/revocations</c> and returns its answer.</summary>
    public async Task<JsonObject> Revoke(JsonObject what)
    {
        using HttpResponseMessage answer = await Management.PostAsJsonAsync("/v1/revocations", what);
        string body = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != 201) throw new InvalidOperationException($"POST /v1/revocations answered {(int)answer.StatusCode}: {body}");
        return JsonNode.Parse(body)!.AsObject();
    }

    public Task<JsonObject> RevokeSession(string session, string realm = "main") => Revoke(new() { ["realm"] = realm, ["session"] = session });

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Client.Dispose();
        Management.Dispose();
        Folder.Dispose();
    }

    private static HttpClient NewClient(string url) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = new Uri(url),
        Timeout = TimeSpan.FromSeconds(60),
    };
}
