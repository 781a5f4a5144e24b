using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Gateway.Tests.Enforcement;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>Nobody can bend it: whatever comes on a socket where clients sign in inside, the gateway stays up, no other socket notices, and
/// no memory stays.</summary>
[Collection(Alone.Name)]
public sealed class FuzzedDdpTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly DdpServer _chat = new();
    private TestBackend _backend = null!;
    private GatewayProcess _gateway = null!;
    private int _sent, _repeated;
    private long _answered;
    private TimeSpan _slowest;

    public async Task InitializeAsync()
    {
        (_chat.Tokens["t-alice"], _chat.Tokens["t-bob"], _chat.Tokens["t-fuzz"]) = ("alice", "bob", "fuzz");
        _backend = await TestBackend.StartAsync();
        _backend.Answer = AnswerAsync;
        _gateway = await GatewayProcess.StartAsync(DdpServer.Settings(_backend), environment: ResidentMemory.Environment);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_on_a_socket_hurts_the_gateway_or_another_socket_or_stays()
    {
        Random random = FuzzSeed.Start(output);
        FuzzedFrames frames = new(random);
        int half = FuzzSeed.Count(1_000, 30_000) / 2;
        using DdpSocket alice = await DdpSocket.ConnectAsync(_gateway.Url), bob = await DdpSocket.ConnectAsync(_gateway.Url);
        await alice.CallAsync("login", new JsonObject { ["resume"] = "t-alice" });
        await bob.CallAsync("login", new JsonObject { ["resume"] = "t-bob" });
        await ResidentMemory.StaysAsync(_gateway.Process, output, async () =>
        {
            for (int n = 0; n < half; n++)
            {
                string path = random.Pick("/raw/websocket", "/raw/websocket", "/websocket", "/sockjs/1/abc/websocket", "/echo/websocket");
                byte[] bytes = path.StartsWith("/raw", StringComparison.Ordinal) ? frames.Broken()
                    : frames.Whole(path.StartsWith("/sockjs", StringComparison.Ordinal));
                await SendAsync(path, bytes, alice);
            }
        });
        output.WriteLine($"{_sent} sockets, {_repeated} repeated, {_answered} bytes of answers");
        output.WriteLine($"another socket's slowest answer {_slowest.TotalMilliseconds:F1} ms");
        Assert.False(_gateway.Process.HasExited);
        Assert.True(_answered > _sent, "Hardly anything was answered.");
        Assert.DoesNotContain("Unhandled exception", _gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("t-fuzz", _gateway.Output, StringComparison.Ordinal);
        // Those that were there before are still tied to their own sessions, and to no other.
        await _gateway.RevokeAsync(new() { ["realm"] = "chat", ["subject"] = "alice" });
        Assert.Equal(4401, await alice.ClosedAsync());
        Assert.Equal("bob", (string?)(await bob.CallAsync("whoami"))["result"]);
    }

    private async Task SendAsync(string path, byte[] bytes, DdpSocket other)
    {
        _sent++;
        TimeSpan waited = await Quick.LeastAsync(_gateway.Process, await AttemptAsync(path, bytes, other), () =>
        {
            _repeated++;
            return AttemptAsync(path, bytes, other);
        });
        if (waited > _slowest) _slowest = waited;
        Assert.True(waited <= Quick.Most,
            $"another socket waited {waited.TotalMilliseconds:F0} ms after {path} {Convert.ToHexString(bytes)}");
    }

    private async Task<TimeSpan> AttemptAsync(string path, byte[] bytes, DdpSocket other)
    {
        using RawWebSocket raw = await RawWebSocket.ConnectAsync(_gateway.Url, path);
        // What is raw comes back byte by byte, until it is ended; the rest ends with its goodbye.
        Task<int> read = ReadAsync(raw.Stream, path.StartsWith("/raw", StringComparison.Ordinal) ? bytes.Length : int.MaxValue);
        try { await raw.Stream.WriteAsync(bytes).AsTask().WithinAsync(); }
        catch (IOException) { /* it was ended before */ }
        long began = Stopwatch.GetTimestamp();
        Assert.Equal("alice", (string?)(await other.CallAsync("whoami"))["result"]);
        TimeSpan waited = Stopwatch.GetElapsedTime(began);
        try { _answered += await read.WithinAsync(); }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"socket {_sent} does not end: {path} {Convert.ToHexString(bytes)}", error);
        }
        return waited;
    }

    private static async Task<int> ReadAsync(NetworkStream stream, int most)
    {
        byte[] buffer = new byte[16 * 1024];
        int all = 0;
        try
        {
            int count;
            while (all < most && (count = await stream.ReadAsync(buffer)) > 0)
            {
                all += count;
                if (EndsWithGoodbye(buffer.AsSpan(0, count))) break;
            }
        }
        catch (IOException) { /* it was reset */ }
        return all;
    }

    // A server's close frame, after which the client has to go; the gateway waits for that.
    private static bool EndsWithGoodbye(ReadOnlySpan<byte> bytes)
    {
        for (int at = Math.Max(0, bytes.Length - 127); at < bytes.Length - 3; at++)
            if (bytes[at] == 0x88 && bytes[at + 1] == bytes.Length - at - 2) return true;
        return false;
    }

    // At /echo and /raw the backend says what a client has said: its answers are as odd as the calls.
    private async Task<bool> AnswerAsync(HttpContext context)
    {
        try
        {
            if (context.Request.Path.StartsWithSegments("/raw"))
            {
                Stream stream = await RawWebSocket.AcceptAsync(context);
                await stream.CopyToAsync(stream, context.RequestAborted);
                return true;
            }
            if (!context.Request.Path.StartsWithSegments("/echo")) return await _chat.AnswerAsync(context);
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[8 * 1024];
            while (true)
            {
                ValueWebSocketReceiveResult got = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (got.MessageType == WebSocketMessageType.Close) return true;
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception) when (context.Request.Headers.ContainsKey("Upgrade"))
        {
            // What cannot be read ends the connection, as in any application.
            return true;
        }
    }
}
