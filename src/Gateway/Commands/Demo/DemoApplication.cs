using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Commands.Demo;

/// <summary>
/// A small application that knows nothing of the gateway but the headers in which it says who is there: a page, a sign-in
/// that sets a cookie, an API, a WebSocket echo and server-sent events.
/// </summary>
internal sealed class DemoApplication : IAsyncDisposable
{
    public const string Cookie = "access_token";

    private readonly TimeProvider _time;
    private readonly WebApplication _server;

    /// <param name="provider">Where it gets tokens when somebody signs in.</param>
    /// <param name="gateway">Where it ends the session of somebody who signs out.</param>
    public DemoApplication(IPAddress address, int port, string provider, string gateway, TimeProvider time)
    {
        _time = time;
        _server = DemoServer.Create(address, port, time);
        _server.UseWebSockets();
        _server.MapGet("/", (HttpContext context) =>
            Results.Content(DemoPages.Home(Subject(context), Session(context)), "text/html; charset=utf-8"));
        _server.MapGet("/sign-in", () => Results.Content(DemoPages.SignIn(), "text/html; charset=utf-8"));
        _server.MapGet("/sign-in/{user}", async (string user, HttpContext context, IHttpClientFactory clients) =>
        {
            string token = await clients.CreateClient()
                .GetStringAsync($"{provider}/token?user={Uri.EscapeDataString(user)}", context.RequestAborted);
            context.Response.Cookies.Append(Cookie, token, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
            return Results.Redirect("/");
        });
        _server.MapPost("/sign-out", async (HttpContext context, IHttpClientFactory clients) =>
        {
            using HttpRequestMessage logout = new(HttpMethod.Delete, gateway + "/self-service/logout/api")
            {
                Content = JsonContent.Create(new JsonObject { ["session_token"] = context.Request.Cookies[Cookie] }),
            };
            using HttpResponseMessage answer = await clients.CreateClient().SendAsync(logout, context.RequestAborted);
            context.Response.Cookies.Delete(Cookie);
            return Results.Redirect("/sign-in");
        });
        _server.MapGet("/api/hello", (
            HttpContext context) => Results.Json(new JsonObject { ["hello"] = Subject(context), ["session"] = Session(context) }));
        _server.MapGet("/ws", EchoAsync);
        _server.MapGet("/events", EventsAsync);
        _server.MapGet("/healthz", () => "ok");
    }

    public Task StartAsync() => _server.StartAsync();

    public ValueTask DisposeAsync() => new(_server.StopSoonAsync(TimeSpan.Zero));

    private static string Subject(HttpContext context) => context.Request.Headers["X-Session-Subject"].FirstOrDefault() ?? "nobody";

    private static string Session(HttpContext context) => context.Request.Headers["X-Session-Id"].FirstOrDefault() ?? "none";

    private static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4096];
        try
        {
            ValueWebSocketReceiveResult got;
            while ((got = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted)).MessageType != WebSocketMessageType.Close)
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, context.RequestAborted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception cut) when (cut is WebSocketException or OperationCanceledException) { /* the other side is gone */ }
    }

    private async Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        try
        {
            for (int number = 1; ; number++)
            {
                string line = string.Create(CultureInfo.InvariantCulture, $"id: {number}\ndata: {_time.GetUtcNow():HH:mm:ss}\n\n");
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) { /* the reader is gone */ }
    }
}
