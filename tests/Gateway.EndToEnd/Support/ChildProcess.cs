using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.EndToEnd.Support;

/// <summary>A program that a test has started: its output line by line, and signals to it alone.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Sighup = 1, Sigint = 2, Sigkill = 9, Sigterm = 15, Sigcont = 18, Sigstop = 19;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public int ExitCode => _process.ExitCode;

    /// <summary>Of all its threads, in and out of the kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Standard output and standard error together, as they came.</summary>
    public string Output => string.Join('\n', _lines);

    public string Errors => string.Join('\n', _errors);

    public static ChildProcess Start(string program, IEnumerable<string> arguments, string? folder = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder ?? Environment.CurrentDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string? value) in environment ?? []) start.Environment[name] = value;
        Process process = new() { StartInfo = start };
        ChildProcess child = new(process);
        process.OutputDataReceived += (_, line) => { if (line.Data is not null) child._lines.Enqueue(line.Data); };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            child._lines.Enqueue(line.Data);
            child._errors.Enqueue(line.Data);
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    public Task WaitForOutputAsync(string text, TimeSpan? within = null)
        => Eventually.TrueAsync(() => Output.Contains(text, StringComparison.Ordinal) ? true
            : HasExited ? throw new InvalidOperationException($"It ended ({ExitCode}) before it said \"{text}\":\n{Output}") : false,
            within, $"output has \"{text}\"");

    /// <summary>Writes a line to its standard input.</summary>
    public Task TypeAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public void CloseInput() => _process.StandardInput.Close();

    /// <returns>The exit code, with all output read.</returns>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        using CancellationTokenSource limit = new(within ?? TimeSpan.FromSeconds(120));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not end:\n{Output}");
        }
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop (SIGTERM) and waits.</summary>
    public async Task<int> StopAsync(TimeSpan? within = null)
    {
        Signal(Sigterm);
        return await ExitAsync(within);
    }

    /// <summary>SIGHUP: asks it to read its configuration again.</summary>
    public void HangUp() => Signal(Sighup);

    public void Interrupt() => Signal(Sigint);

    public async Task Kill9Async()
    {
        Signal(Sigkill);
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it in mid-air (SIGSTOP) until <see cref="Continue"/>.</summary>
    public void Freeze() => Signal(Sigstop);

    public void Continue() => Signal(Sigcont);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Kill9Async();
        _process.Dispose();
    }

    private void Signal(int signal)
    {
        if (!_process.HasExited) _ = Send(_process.Id, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Send(int process, int signal);
}
