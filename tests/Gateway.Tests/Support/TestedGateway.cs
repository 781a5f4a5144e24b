using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Support;

/// <summary>
/// A gateway under test, wherever it runs: on free loopback ports, with a gateway.json and a store in a folder of its own, and the calls to
/// make to it.
/// </summary>
internal abstract class TestedGateway : IAsyncDisposable
{
    private readonly int _port = FreePort.Take();
    private readonly int _http2Port = FreePort.Take();
    private readonly int _managementPort = FreePort.Take();

    protected TestedGateway(JsonObject settings, bool http2)
    {
        Settings = (JsonObject)settings.DeepClone();
        if (http2)
        {
            Settings.Set("Kestrel:Endpoints:Http1", new JsonObject { ["Url"] = Url, ["Protocols"] = "Http1" });
            Settings.Set("Kestrel:Endpoints:Http2", new JsonObject { ["Url"] = Http2Url, ["Protocols"] = "Http2" });
        }
        else
        {
            Settings["Urls"] = Url;
        }
        Settings.Set("Gateway:Management:Url", ManagementUrl);
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
    protected JsonObject Settings { get; }

    /// <summary>What it has said until now.</summary>
    protected abstract string Said { get; }

    /// <summary>Writes gateway.json again, as an operator would while it runs.</summary>
    public void Reconfigure(Action<JsonObject> change)
    {
        change(Settings);
        WriteSettings();
    }

    /// <summary>A GET of the main listener, with a bearer token.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, string? token = null)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Client.SendAsync(request);
    }

    /// <summary>Calls <c>POST /v1/revocations</c> and returns its answer.</summary>
    public async Task<JsonObject> RevokeAsync(JsonObject what)
    {
        using HttpResponseMessage answer = await Management.PostAsJsonAsync("/v1/revocations", what);
        string body = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != 201)
            throw new InvalidOperationException($"POST /v1/revocations answered {(int)answer.StatusCode}: {body}\n{Said}");
        return JsonNode.Parse(body)!.AsObject();
    }

    public Task<JsonObject> RevokeSessionAsync(string session, string realm = "main")
        => RevokeAsync(new() { ["realm"] = realm, ["session"] = session });

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Client.Dispose();
        Management.Dispose();
        Folder.Dispose();
    }

    /// <summary>Ends it for good, whatever state it is in.</summary>
    protected abstract ValueTask EndAsync();

    protected string WriteSettings() => Folder.Write("gateway.json", Settings.ToJsonString());

    protected static HttpClient NewClient(string url) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = new Uri(url),
        Timeout = TimeSpan.FromSeconds(60),
    };
}
