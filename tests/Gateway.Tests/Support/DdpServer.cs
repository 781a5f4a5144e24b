using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Support;

/// <summary>A small server that speaks DDP as Meteor does: at <c>/websocket</c> as it is, at <c>/sockjs</c> in SockJS' framing. Users sign
/// in with their name as the password, or with a token that a sign-in gave; <c>GET /api/v1/me</c> tells whose a token is.</summary>
internal sealed class DdpServer
{
    private static readonly string[] Roles = ["user"];

    private int _tokens;

    /// <summary>Token → user.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; } = new();

    /// <summary>How <c>/api/v1/me</c> answers everybody; 0 as it should.</summary>
    public int Fails { get; set; }

    /// <summary>What clients have called, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Settings of a gateway in front of one, with the sign-ins on its sockets read.</summary>
    /// <param name="session">The pointer to the session's id in <c>/api/v1/me</c>; null takes the token's fingerprint.</param>
    public static JsonObject Settings(TestBackend backend, string? session = null)
    {
        JsonObject lookup = new() { ["Url"] = backend.Url.TrimEnd('/') + "/api/v1/me" };
        if (session is not null) lookup["SessionId"] = session;
        return GatewaySettings.For(backend).Route(("Messages", "Ddp"))
            .Set("Gateway:Realms", new JsonObject { ["chat"] = new JsonObject { ["Preset"] = "RocketChat", ["Lookup"] = lookup } });
    }

    /// <summary>The session that <c>/api/v1/me</c> tells of a token.</summary>
    public static string SessionOf(string token) => "session-of-" + token;

    public async Task<bool> AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            await ServeAsync(socket, context.Request.Path.StartsWithSegments("/sockjs"), context.RequestAborted);
            return true;
        }
        if (context.Request.Path != "/api/v1/me") return false;
        string token = context.Request.Headers["X-Auth-Token"].ToString();
        if (Fails > 0) context.Response.StatusCode = Fails;
        else if (Tokens.TryGetValue(token, out string? user) && user == context.Request.Headers["X-User-Id"])
            await context.Response.WriteAsJsonAsync(new { _id = user, success = true, roles = Roles, session = SessionOf(token) });
        else context.Response.StatusCode = 401;
        return true;
    }

    private async Task ServeAsync(WebSocket socket, bool sockJs, CancellationToken cancellation)
    {
        string? user = null;
        if (sockJs) await TextAsync(socket, "o");
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            StringBuilder text = new();
            ValueWebSocketReceiveResult got;
            do
            {
                try { got = await socket.ReceiveAsync(buffer.AsMemory(), cancellation); }
                catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException) { return; }
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    Calls.Enqueue($"close {(int?)socket.CloseStatus}");
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }
                text.Append(Encoding.UTF8.GetString(buffer, 0, got.Count));
            }
            while (!got.EndOfMessage);
            string[] messages = sockJs ? [.. JsonNode.Parse(text.ToString())!.AsArray().Select(item => (string)item!)] : [text.ToString()];
            foreach (string message in messages)
                foreach (JsonObject answer in Answers(JsonNode.Parse(message)!.AsObject(), ref user))
                    await TextAsync(socket, sockJs ? "a" + new JsonArray(answer.ToJsonString()).ToJsonString() : answer.ToJsonString());
        }
    }

    private List<JsonObject> Answers(JsonObject message, ref string? user)
    {
        switch ((string?)message["msg"])
        {
            case "connect": return [new() { ["msg"] = "connected", ["session"] = Guid.NewGuid().ToString("N") }];
            case "ping": return [new() { ["msg"] = "pong", ["id"] = message["id"]?.DeepClone() }];
            case "sub": return [new() { ["msg"] = "ready", ["subs"] = new JsonArray(message["id"]!.DeepClone()) }];
            case "method": break;
            default: return [];
        }
        string method = (string)message["method"]!;
        Calls.Enqueue(method);
        JsonObject result = new() { ["msg"] = "result", ["id"] = message["id"]?.DeepClone() };
        JsonObject? given = (message["params"] as JsonArray)?.FirstOrDefault() as JsonObject;
        switch (method)
        {
            case "login" when given is not null && given["resume"] is JsonNode resume:
                if (Tokens.TryGetValue((string)resume!, out user)) result["result"] = SignedIn(user, (string)resume!);
                else result["error"] = Error(403);
                break;
            case "login":
                user = (string)given!["user"]!["username"]!;
                string token = $"token-of-{user}-{Interlocked.Increment(ref _tokens)}";
                Tokens[token] = user;
                result["result"] = SignedIn(user, token);
                break;
            case "logout" when given is null:
                user = null;
                break;
            case "whoami":
                result["result"] = user;
                break;
            default:
                result["error"] = Error(404);
                break;
        }
        return [result, new() { ["msg"] = "updated", ["methods"] = new JsonArray(message["id"]?.DeepClone()) }];
    }

    private static JsonObject SignedIn(string user, string token) => new()
    {
        ["id"] = user, ["token"] = token, ["tokenExpires"] = new JsonObject { ["$date"] = 4102444800000 }, ["type"] = "resume",
    };

    private static JsonObject Error(int code) => new() { ["isClientSafe"] = true, ["error"] = code, ["errorType"] = "Meteor.Error" };

    private static Task TextAsync(WebSocket socket, string text)
        => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
}
