namespace Gateway.EndToEnd.Commands;

/// <summary>A running <c>demo</c> on free ports, and a shell to paste calls into.</summary>
internal sealed class Demo : IAsyncDisposable
{
    private static readonly (string Option, int WellKnown)[] Ports =
        [("--port", 8080), ("--http2-port", 8081), ("--management-port", 9901), ("--provider-port", 9900), ("--application-port", 5000)];

    private readonly ChildProcess _process;
    private readonly Dictionary<int, int> _ports;
    private readonly TempFolder _folder = new();

    private Demo()
    {
        _ports = Ports.ToDictionary(port => port.WellKnown, _ => FreePort.Take());
        // Whoever runs the tests in the background may have had Ctrl-C ignored, which children inherit.
        _process = ChildProcess.Start("env",
            ["--default-signal=INT", "dotnet", GatewayProcess.Program, "demo",
                .. Ports.SelectMany(port => (string[])[port.Option, $"{_ports[port.WellKnown]}"])], _folder.Path);
    }

    public string Output => _process.Output;

    /// <summary>The gateway.</summary>
    public string Url => $"http://127.0.0.1:{_ports[8080]}";

    public static string[] FreePorts()
        => [.. Ports.Skip(1).SelectMany(port => (string[])[port.Option, $"{FreePort.Take()}"]),
            .. (string[])["--port", $"{FreePort.Take()}"]];

    public static async Task<Demo> StartAsync()
    {
        Demo demo = new();
        try
        {
            await demo._process.WaitForOutputAsync("Ctrl-C", TimeSpan.FromSeconds(120));
            return demo;
        }
        catch
        {
            await demo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs lines in bash, with the well-known ports replaced by this demo's.</summary>
    public async Task<string> PasteAsync(string script) => (await PastedShell.RunAsync(_folder.Path, OnItsPorts(script))).Output;

    /// <summary>A text with the well-known ports replaced by this demo's.</summary>
    public string OnItsPorts(string text)
        => _ports.Aggregate(text, (replaced,
            port) => replaced.Replace($"127.0.0.1:{port.Key}", $"127.0.0.1:{port.Value}", StringComparison.Ordinal));

    /// <summary>Ctrl-C.</summary>
    public Task<int> InterruptAsync()
    {
        _process.Interrupt();
        return _process.ExitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
