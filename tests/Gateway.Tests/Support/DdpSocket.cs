using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Support;

/// <summary>A client that speaks DDP, as it is or in SockJS' framing.</summary>
internal sealed class DdpSocket(ClientWebSocket socket, bool sockJs) : IDisposable
{
    private int _calls;

    /// <param name="url">Of the gateway.</param>
    public static async Task<DdpSocket> ConnectAsync(string url, string path = "/websocket", string? cookie = null)
    {
        ClientWebSocket socket = new();
        if (cookie is not null) socket.Options.SetRequestHeader("Cookie", cookie);
        await socket.ConnectAsync(new Uri(url.Replace("http", "ws") + path), default);
        return new DdpSocket(socket, path.StartsWith("/sockjs", StringComparison.Ordinal));
    }

    public async Task<JsonNode> SignInAsync(string user)
        => (await CallAsync("login", new JsonObject
        {
            ["user"] = new JsonObject { ["username"] = user }, ["password"] = new JsonObject { ["digest"] = "x" },
        }))["result"]!;

    public async Task<JsonObject> CallAsync(string method, JsonObject? given = null)
    {
        string id = (++_calls).ToString();
        string message = new JsonObject
        {
            ["msg"] = "method", ["id"] = id, ["method"] = method, ["params"] = given is null ? new JsonArray() : new JsonArray(given),
        }.ToJsonString();
        await SendAsync(sockJs ? new JsonArray(message).ToJsonString() : message);
        return await AnswerAsync(id);
    }

    public Task SendAsync(string text, bool last = true)
        => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, last, default).WithinAsync();

    public async Task<JsonObject> AnswerAsync(string id)
    {
        while (true)
        {
            string text = await ReceiveAsync() ?? throw new IOException($"closed: {socket.CloseStatus}");
            if (sockJs && !text.StartsWith('a')) continue;
            JsonObject message = JsonNode.Parse(sockJs ? (string)JsonNode.Parse(text[1..])!.AsArray()[0]! : text)!.AsObject();
            if ((string?)message["msg"] == "result" && (string?)message["id"] == id) return message;
        }
    }

    public async Task<int> ClosedAsync()
    {
        while (await ReceiveAsync() is not null) { }
        return (int)socket.CloseStatus!;
    }

    private async Task<string?> ReceiveAsync()
    {
        byte[] buffer = new byte[16 * 1024];
        StringBuilder text = new();
        while (true)
        {
            WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, default).WithinAsync();
            if (got.MessageType == WebSocketMessageType.Close) return null;
            text.Append(Encoding.UTF8.GetString(buffer, 0, got.Count));
            if (got.EndOfMessage) return text.ToString();
        }
    }

    public void Dispose() => socket.Dispose();
}
