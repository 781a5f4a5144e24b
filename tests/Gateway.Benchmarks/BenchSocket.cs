using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Gateway.Enforcement.Endings;

namespace Gateway.Benchmarks;

/// <summary>A WebSocket client that costs a benchmark little: it reads, notes when the Close came, answers it.</summary>
internal sealed class BenchSocket
{
    private static readonly byte[] Close = [0x88, 0x82, 0, 0, 0, 0, 0x11, 0x31];

    private readonly TaskCompletionSource<long> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastData;

    /// <summary>When the Close frame came (<see cref="Stopwatch.GetTimestamp"/>); 0 when the connection ended without one.</summary>
    public Task<long> Closed => _closed.Task;

    /// <summary>When the last bytes before the Close came.</summary>
    public long LastData => Volatile.Read(ref _lastData);

    /// <param name="from">Which loopback address it comes from.</param>
    public static async Task<BenchSocket> OpenAsync(string url, string path, string token, int from = 0)
    {
        Uri uri = new(url);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from > 0) socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)from]), 0));
        await socket.ConnectAsync(uri.Host, uri.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: "
                + "websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        string head = await HeadAsync(socket);
        if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal)) throw new InvalidOperationException(head);
        BenchSocket opened = new();
        _ = opened.ReadAsync(socket);
        return opened;
    }

    private async Task ReadAsync(Socket socket)
    {
        WebSocketFraming frames = new();
        byte[] buffer = new byte[256];
        long closed = 0;
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;)
            {
                frames.Advance(buffer.AsSpan(0, read));
                if (!frames.Closed) Volatile.Write(ref _lastData, Stopwatch.GetTimestamp());
                else if (closed == 0)
                {
                    closed = Stopwatch.GetTimestamp();
                    _closed.TrySetResult(closed);
                    await socket.SendAsync(Close);
                }
            }
        }
        catch (SocketException) { }
        _closed.TrySetResult(0);
        socket.Dispose();
    }

    /// <summary>A backend that accepts every WebSocket, sends each a small frame now and then, and answers a Close.</summary>
    public static async Task<(string Url, Func<int> Open)> BackendAsync(TimeSpan tick)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        List<Socket> open = [];
        _ = AcceptAsync();
        if (tick > TimeSpan.Zero) _ = TickAsync();
        return ($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/", () => { lock (open) return open.Count; });

        async Task AcceptAsync()
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync());
        }

        async Task ServeAsync(Socket socket)
        {
            try
            {
                string head = await HeadAsync(socket);
                string key = head.Split("\r\n")
                    .First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))["Sec-WebSocket-Key:".Length..]
                    .Trim();
                string accept = Convert.ToBase64String(
                    SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
                await socket.SendAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                        + $"websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
                lock (open) open.Add(socket);
                WebSocketFraming frames = new();
                byte[] buffer = new byte[256];
                for (int read; !frames.Closed && (read = await socket.ReceiveAsync(buffer)) > 0;) frames.Advance(buffer.AsSpan(0, read));
                if (frames.Closed) await socket.SendAsync(new byte[] { 0x88, 0 });
            }
            catch (SocketException) { }
            lock (open) open.Remove(socket);
            socket.Dispose();
        }

        async Task TickAsync()
        {
            byte[] frame = [0x82, 4, 1, 2, 3, 4];
            while (true)
            {
                Socket[] now;
                lock (open) now = [.. open];
                // Spread over the whole tick, as independent feeds are.
                for (int at = 0; at < now.Length; at++)
                {
                    try { now[at].Send(frame); }
                    catch (Exception error) when (error is SocketException or ObjectDisposedException) { }
                    if (at % Math.Max(1, now.Length / 100) == 0) await Task.Delay(tick / 100);
                }
                if (now.Length == 0) await Task.Delay(10);
            }
        }
    }

    private static async Task<string> HeadAsync(Socket socket)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!(head.Length > 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n'))
        {
            if (await socket.ReceiveAsync(one) == 0) break;
            head.Append((char)one[0]);
        }
        return head.ToString();
    }
}
