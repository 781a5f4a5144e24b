using System.Net.Sockets;

namespace Gateway.EndToEnd.Support;

/// <summary>A real redis-server on a free loopback port, with its data in a folder of its own.</summary>
internal sealed class RedisProcess : RedisServer
{
    private readonly string _program;
    private readonly bool _appendOnly;
    private readonly string[] _more;
    private readonly TempFolder _folder = new();
    private ChildProcess? _process;

    private RedisProcess(string program, bool appendOnly, int? port, string[] more)
    {
        _program = program;
        _appendOnly = appendOnly;
        _more = more;
        Port = port ?? FreePort.Take();
    }

    public override string Host => "127.0.0.1";
    public override int Port { get; }
    public string DataFolder => _folder.Path;
    public ChildProcess Process => _process ?? throw new InvalidOperationException("Redis was not started.");

    /// <param name="appendOnly">Whether each write is on the disk before it is answered.</param>
    /// <param name="more">More arguments of redis-server, as in <c>--replicaof</c>, <c>127.0.0.1 6379</c>.</param>
    public static async Task<RedisProcess> StartAsync(bool appendOnly = true, int? port = null, params string[] more)
    {
        RedisProcess redis = new("redis-server", appendOnly, port, more);
        await redis.RestartAsync();
        return redis;
    }

    /// <summary>Starts another server that speaks as it does.</summary>
    /// <param name="program">Its program.</param>
    public static async Task<RedisProcess> StartOtherAsync(string program)
    {
        RedisProcess other = new(program, appendOnly: true, null, []);
        await other.RestartAsync();
        return other;
    }

    /// <summary>Starts it, the first time or again, with the data that it left or without.</summary>
    public async Task RestartAsync(bool keepData = true)
    {
        if (_process is not null) await _process.DisposeAsync();
        if (!keepData)
        {
            Directory.Delete(_folder.Path, recursive: true);
            Directory.CreateDirectory(_folder.Path);
        }
        _process = ChildProcess.Start(_program,
        [
            "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", _folder.Path, "--save", "", "--maxmemory-policy", "noeviction",
            "--appendonly", _appendOnly ? "yes" : "no", "--appendfsync", "always", .. _more,
        ], _folder.Path);
        await Eventually.TrueAsync(async () =>
        {
            if (_process.HasExited) throw new InvalidOperationException($"redis-server ended:\n{_process.Output}");
            try { return await CommandAsync("PING") == "PONG"; }
            catch (SocketException) { return false; }
            catch (IOException) { return false; }
            catch (InvalidOperationException error) when (error.Message.StartsWith("LOADING", StringComparison.Ordinal)) { return false; }
        }, what: "redis answers PING");
    }

    public Task Kill9Async() => Process.Kill9Async();

    public override Task FreezeAsync()
    {
        Process.Freeze();
        return Task.CompletedTask;
    }

    public override Task ContinueAsync()
    {
        Process.Continue();
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
