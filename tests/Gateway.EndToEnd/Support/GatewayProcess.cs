using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Support;

/// <summary>The built gateway as a process of its own, with a gateway.json and a store in a folder of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly JsonObject _settings;
    private readonly int _port = FreePort.Take();
    private readonly int _http2Port = FreePort.Take();
    private readonly int _managementPort = FreePort.Take();
    private ChildProcess? _process;

    private GatewayProcess(JsonObject settings, bool http2)
    {
        _settings = (JsonObject)settings.DeepClone();
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

    /// <summary>The built program.</summary>
    public static string Program { get; } = typeof(GatewayHost).Assembly.Location;

    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Clear-text HTTP/2, when started with <c>http2: true</c>.</summary>
    public string Http2Url => $"http://127.0.0.1:{_http2Port}";
    public string ManagementUrl => $"http://127.0.0.1:{_managementPort}";

    /// <summary>Calls the main listener; follows no redirect, keeps no cookie.</summary>
    public HttpClient Client { get; }

    /// <summary>Calls the management listener with a management key.</summary>
    public HttpClient Management { get; }
    public TempFolder Folder { get; } = new();
    public string ConfigFile => Folder["gateway.json"];

    /// <summary>The running process; also after it has ended.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The gateway was not started.");

    public string Output => _process?.Output ?? "";

    /// <param name="ready">Whether to wait until <c>/readyz</c> says 200.</param>
    public static async Task<GatewayProcess> Start(JsonObject settings, bool http2 = false, bool ready = true)
    {
        GatewayProcess gateway = new(settings, http2);
        try
        {
            gateway.Run();
            if (ready) await gateway.Ready();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one of its commands (<c>check</c>, <c>key create</c>, …) to its end, beside a running gateway or without one.</summary>
    /// <returns>Exit code and everything that it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> Command(string folder, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start("dotnet", [Program, .. arguments], folder);
        process.CloseInput();
        int code = await process.Exit();
        return (code, process.Output);
    }

    /// <summary>Starts the process, the first time or again.</summary>
    public void Run()
    {
        Folder.Write("gateway.json", _settings.ToJsonString());
        _process = ChildProcess.Start("dotnet", [Program, "--config", ConfigFile], Folder.Path);
    }

    /// <summary>Waits until <c>/readyz</c> says 200; throws with the output when the process ends instead.</summary>
    public async Task Ready(TimeSpan? within = null)
    {
        using HttpClient probe = NewClient(ManagementUrl);
        probe.Timeout = TimeSpan.FromSeconds(2);
        try
        {
            await Eventually.True(async () =>
            {
                if (Process.HasExited) throw new InvalidOperationException($"The gateway ended ({Process.ExitCode}):\n{Output}");
                try { using HttpResponseMessage answer = await probe.GetAsync("/readyz"); return answer.IsSuccessStatusCode; }
                catch (HttpRequestException) { return false; }
                catch (TaskCanceledException) { return false; }
            }, within ?? TimeSpan.FromSeconds(90), "the gateway is ready");
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}\n{Output}");
        }
    }

    /// <summary>Ends it with SIGTERM, as a service manager does.</summary>
    public Task<int> Stop() => Process.Stop();

    public Task Kill9() => Process.Kill9();

    public void Freeze() => Process.Freeze();

    public void Continue() => Process.Continue();

    /// <summary>Starts it again on the same folder and ports, and waits until it is ready.</summary>
    public async Task Restart(bool ready = true)
    {
        if (_process is { } old)
        {
            if (!old.HasExited) await old.Stop();
            await old.DisposeAsync();
        }
        Run();
        if (ready) await Ready();
    }

    /// <summary>Writes gateway.json again, as an operator would while it runs.</summary>
    public void Reconfigure(Action<JsonObject> change)
    {
        change(_settings);
        Folder.Write("gateway.json", _settings.ToJsonString());
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
        if ((int)answer.StatusCode != 201) throw new InvalidOperationException($"POST /v1/revocations answered {(int)answer.StatusCode}: {body}\n{Output}");
        return JsonNode.Parse(body)!.AsObject();
    }

    public Task<JsonObject> RevokeSession(string session, string realm = "main") => Revoke(new() { ["realm"] = realm, ["session"] = session });

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
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
