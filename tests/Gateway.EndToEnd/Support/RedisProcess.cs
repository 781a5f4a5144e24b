using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Support;

/// <summary>A real redis-server on a free loopback port, with its data in a folder of its own.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly bool _appendOnly;
    private readonly string[] _more;
    private readonly TempFolder _folder = new();
    private ChildProcess? _process;

    private RedisProcess(bool appendOnly, int? port, string[] more)
    {
        _appendOnly = appendOnly;
        _more = more;
        Port = port ?? FreePort.Take();
    }

    public int Port { get; }
    public string Connection => $"127.0.0.1:{Port}";
    public string DataFolder => _folder.Path;
    public ChildProcess Process => _process ?? throw new InvalidOperationException("Redis was not started.");

    /// <param name="appendOnly">Whether each write is on the disk before it is answered.</param>
    /// <param name="more">More arguments of redis-server, as in <c>--replicaof</c>, <c>127.0.0.1 6379</c>.</param>
    public static async Task<RedisProcess> Start(bool appendOnly = true, int? port = null, params string[] more)
    {
        RedisProcess redis = new(appendOnly, port, more);
        await redis.Restart();
        return redis;
    }

    /// <summary>Starts it, the first time or again, with the data that it left or without.</summary>
    public async Task Restart(bool keepData = true)
    {
        if (_process is not null) await _process.DisposeAsync();
        if (!keepData)
        {
            Directory.Delete(_folder.Path, recursive: true);
            Directory.CreateDirectory(_folder.Path);
        }
        _process = ChildProcess.Start("redis-server",
        [
            "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", _folder.Path, "--save", "", "--maxmemory-policy", "noeviction",
            "--appendonly", _appendOnly ? "yes" : "no", "--appendfsync", "always", .. _more,
        ], _folder.Path);
        await Eventually.True(async () =>
        {
            if (_process.HasExited) throw new InvalidOperationException($"redis-server ended:\n{_process.Output}");
            try { return await Command("PING") == "PONG"; }
            catch (SocketException) { return false; }
            catch (IOException) { return false; }
            catch (InvalidOperationException error) when (error.Message.StartsWith("LOADING", StringComparison.Ordinal)) { return false; }
        }, what: "redis answers PING");
    }

    public Task Kill9() => Process.Kill9();

    public void Freeze() => Process.Freeze();

    public void Continue() => Process.Continue();

    /// <summary>One command on a connection of its own; arrays come back with one element a line.</summary>
    /// <exception cref="InvalidOperationException">Redis answered an error.</exception>
    public async Task<string?> Command(params string[] words)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        using NetworkStream stream = client.GetStream();
        StringBuilder request = new($"*{words.Length}\r\n");
        foreach (string word in words) request.Append($"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()));
        using StreamReader reader = new(stream, Encoding.UTF8);
        return await Reply(reader);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<string?> Reply(StreamReader reader)
    {
        string line = await reader.ReadLineAsync() ?? throw new IOException("Redis closed the connection.");
        switch (line[0])
        {
            case '+' or ':': return line[1..];
            case '-': throw new InvalidOperationException(line[1..]);
            case '$':
                int length = int.Parse(line[1..]);
                if (length < 0) return null;
                StringBuilder text = new();
                for (int bytes = 0; bytes < length + 2;)
                {
                    char[] one = new char[1];
                    if (await reader.ReadAsync(one) == 0) throw new IOException("Redis closed the connection.");
                    text.Append(one[0]);
                    bytes += char.IsHighSurrogate(one[0]) ? 0 : char.IsLowSurrogate(one[0]) ? 4 : Encoding.UTF8.GetByteCount(one);
                }
                return text.ToString()[..^2];
            default:
                List<string?> items = [];
                for (int left = int.Parse(line[1..]); left > 0; left--) items.Add(await Reply(reader));
                return string.Join('\n', items);
        }
    }
}
