using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Gateway.Commands.Demo;

/// <summary>A session's open WebSocket, and how it ended.</summary>
internal sealed class DemoSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    public async Task OpenAsync(string url, string token, CancellationToken cancellation)
    {
        _socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await _socket.ConnectAsync(new Uri(url.Replace("http", "ws", StringComparison.Ordinal) + "/ws"), cancellation);
    }

    /// <summary>Sends a word and waits for its echo.</summary>
    public async Task<bool> EchoesAsync(string word, CancellationToken cancellation)
    {
        if (_socket.State != WebSocketState.Open) return false;
        await _socket.SendAsync(Encoding.UTF8.GetBytes(word), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        byte[] buffer = new byte[256];
        ValueWebSocketReceiveResult got = await _socket.ReceiveAsync(buffer.AsMemory(), cancellation);
        return Encoding.UTF8.GetString(buffer, 0, got.Count) == word;
    }

    /// <summary>Waits for the end: the Close code, or "cut" when there was none.</summary>
    public async Task<string> EndAsync(CancellationToken cancellation)
    {
        byte[] buffer = new byte[256];
        try
        {
            while ((await _socket.ReceiveAsync(buffer.AsMemory(), cancellation)).MessageType != WebSocketMessageType.Close) { }
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            return ((int?)_socket.CloseStatus)?.ToString(CultureInfo.InvariantCulture) ?? "closed";
        }
        catch (WebSocketException)
        {
            return "cut";
        }
    }

    public void Dispose() => _socket.Dispose();
}
