using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Support;

/// <summary>The built gateway as a process of its own, stopped, killed or frozen as a test wants.</summary>
internal sealed class GatewayProcess : TestedGateway
{
    private ChildProcess? _process;
    private IEnumerable<KeyValuePair<string, string?>> _environment = [];

    private GatewayProcess(JsonObject settings, bool http2) : base(settings, http2) { }

    /// <summary>The built program.</summary>
    public static string Program { get; } = typeof(GatewayHost).Assembly.Location;

    /// <summary>What is run at the next start: this version's program, or another one's.</summary>
    public string Runs { get; set; } = Program;

    /// <summary>How many files it may have open from the next start on; null for as many as the tests.</summary>
    public int? OpenFiles { get; set; }

    public string ConfigFile => Folder["gateway.json"];

    /// <summary>The running process; also after it has ended.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The gateway was not started.");

    public string Output => _process?.Output ?? "";

    /// <param name="environment">Variables that it gets beside those of the tests.</param>
    /// <param name="program">Null for this version's.</param>
    /// <param name="openFiles">Null for as many as the tests may have.</param>
    /// <param name="ready">Whether to wait until <c>/readyz</c> says 200.</param>
    public static async Task<GatewayProcess> StartAsync(JsonObject settings, bool http2 = false, bool ready = true,
        IEnumerable<KeyValuePair<string, string?>>? environment = null, string? program = null, int? openFiles = null)
    {
        GatewayProcess gateway = new(settings, http2)
        {
            _environment = environment ?? [], Runs = program ?? Program, OpenFiles = openFiles,
        };
        try
        {
            gateway.Run();
            if (ready) await gateway.ReadyAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs one of its commands (<c>check</c>, <c>key create</c>, …) to its end, beside a running gateway or without one.
    /// </summary>
    /// <returns>Exit code and everything that it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> CommandAsync(string folder, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start("dotnet", [Program, .. arguments], folder);
        process.CloseInput();
        int code = await process.ExitAsync();
        return (code, process.Output);
    }

    /// <summary>Starts the process, the first time or again.</summary>
    public void Run()
    {
        WriteSettings();
        string[] command = ["dotnet", Runs, "--config", ConfigFile];
        if (OpenFiles is { } files) command = ["prlimit", $"--nofile={files}", .. command];
        _process = ChildProcess.Start(command[0], command[1..], Folder.Path, _environment);
    }

    /// <summary>Waits until <c>/readyz</c> says 200; throws with the output when the process ends instead.</summary>
    public async Task ReadyAsync(TimeSpan? within = null)
    {
        using HttpClient probe = NewClient(ManagementUrl);
        probe.Timeout = TimeSpan.FromSeconds(2);
        string said = "nothing";
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                if (Process.HasExited) throw new InvalidOperationException($"The gateway ended ({Process.ExitCode}):\n{Output}");
                try
                {
                    using HttpResponseMessage answer = await probe.GetAsync("/readyz");
                    said = await answer.Content.ReadAsStringAsync();
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException) { return false; }
                catch (TaskCanceledException) { return false; }
            }, within ?? TimeSpan.FromSeconds(90), "the gateway is ready");
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}\n/readyz said last: {said}\n{Output}");
        }
    }

    /// <summary>Ends it with SIGTERM, as a service manager does.</summary>
    public Task<int> StopAsync() => Process.StopAsync();

    public Task Kill9Async() => Process.Kill9Async();

    public void Freeze() => Process.Freeze();

    public void Continue() => Process.Continue();

    /// <summary>Starts it again on the same folder and ports, and waits until it is ready.</summary>
    public async Task RestartAsync(bool ready = true)
    {
        if (_process is { } old)
        {
            if (!old.HasExited) await old.StopAsync();
            await old.DisposeAsync();
        }
        Run();
        if (ready) await ReadyAsync();
    }

    protected override string Said => Output;

    protected override async ValueTask EndAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }
}
