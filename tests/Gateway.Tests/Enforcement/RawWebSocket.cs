using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Enforcement;

/// <summary>A WebSocket client and a WebSocket backend byte by byte, for what well-behaved ones never do.</summary>
internal sealed class RawWebSocket : IDisposable
{
    private readonly Socket _socket;

    private RawWebSocket(Socket socket)
    {
        _socket = socket;
        Stream = new NetworkStream(socket);
    }

    public NetworkStream Stream { get; }

    public static async Task<RawWebSocket> ConnectAsync(string url, string path, int receiveBuffer = 0)
    {
        Uri uri = new(url);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        await socket.ConnectAsync(uri.Host, uri.Port);
        RawWebSocket raw = new(socket);
        await raw.Stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {uri.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
                + $"13\r\nSec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\n\r\n"));
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await raw.Stream.ReadExactlyAsync(one).AsTask().WithinAsync();
            head.Append((char)one[0]);
        }
        Assert.StartsWith("HTTP/1.1 101", head.ToString());
        return raw;
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes).AsTask().WithinAsync();
        return bytes;
    }

    /// <summary>Everything until the end, and whether the end was clean.</summary>
    public async Task<(byte[] Bytes, bool Clean)> ReadToEndAsync()
    {
        using MemoryStream all = new();
        try
        {
            await Stream.CopyToAsync(all).WithinAsync();
            return (all.ToArray(), true);
        }
        catch (IOException) { return (all.ToArray(), false); }
    }

    /// <summary>Accepts the upgrade by hand and hands out the bare stream.</summary>
    public static async Task<Stream> AcceptAsync(HttpContext context)
    {
        string key = context.Request.Headers.SecWebSocketKey.ToString() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        context.Response.StatusCode = 101;
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
        return await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
    }

    public void Dispose()
    {
        Stream.Dispose();
        _socket.Dispose();
    }
}
