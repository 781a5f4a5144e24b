using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Support;

/// <summary>A Redis for tests, wherever it runs.</summary>
internal abstract class RedisServer : IAsyncDisposable
{
    public abstract string Host { get; }
    public abstract int Port { get; }
    public string Connection => $"{Host}:{Port}";

    /// <summary>Stops it in mid-air until <see cref="ContinueAsync"/>.</summary>
    public abstract Task FreezeAsync();

    public abstract Task ContinueAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>One command on a connection of its own; arrays come back with one element a line.</summary>
    /// <exception cref="InvalidOperationException">Redis answered an error.</exception>
    public async Task<string?> CommandAsync(params string[] words)
    {
        using TcpClient client = new();
        await client.ConnectAsync(Host, Port);
        using NetworkStream stream = client.GetStream();
        StringBuilder request = new($"*{words.Length}\r\n");
        foreach (string word in words) request.Append($"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()));
        using StreamReader reader = new(stream, Encoding.UTF8);
        return await ReplyAsync(reader);
    }

    private static async Task<string?> ReplyAsync(StreamReader reader)
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
                for (int left = int.Parse(line[1..]); left > 0; left--) items.Add(await ReplyAsync(reader));
                return string.Join('\n', items);
        }
    }
}
