using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Support;

/// <summary>What <see cref="TestBackend"/> answers.</summary>
internal static class TestBackendPaths
{
    public static Task HandleAsync(TestBackend backend, HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        return path switch
        {
            "/ws/echo" => WebSocketEchoAsync(backend, context),
            "/ws/feed" => WebSocketFeedAsync(context),
            "/sse" => EventsAsync(context),
            "/stream" => ChunksAsync(context),
            "/download" => DownloadAsync(context),
            "/upload" => UploadAsync(backend, context),
            "/hold" => HoldAsync(backend, context),
            _ when path.StartsWith("/status/", StringComparison.Ordinal) => StatusAsync(context, path),
            _ when path.StartsWith("/grpc.Test/", StringComparison.Ordinal) => TestBackendGrpc.HandleAsync(backend, context),
            _ => EchoAsync(backend, context),
        };
    }

    private static int Pause(HttpContext context, int normal = 10)
        => int.TryParse(context.Request.Query["ms"], CultureInfo.InvariantCulture, out int ms) ? ms : normal;

    private static async Task WebSocketEchoAsync(TestBackend backend, HttpContext context)
    {
        using WebSocket socket = await AcceptAsync(context);
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult got;
            try { got = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted); }
            catch (WebSocketException)
            {
                backend.Receive("cut", 0);
                return;
            }
            if (got.MessageType == WebSocketMessageType.Close)
            {
                backend.Receive($"close {(int?)socket.CloseStatus} {socket.CloseStatusDescription}", 0);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }
            backend.Receive(Encoding.UTF8.GetString(buffer, 0, got.Count), got.Count);
            await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, context.RequestAborted);
        }
    }

    private static async Task WebSocketFeedAsync(HttpContext context)
    {
        using WebSocket socket = await AcceptAsync(context);
        int pause = Pause(context);
        for (int n = 0; socket.State == WebSocketState.Open; n++)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes($"tick {n}"), WebSocketMessageType.Text, true, context.RequestAborted);
            await Task.Delay(pause, context.RequestAborted);
        }
    }

    private static Task<WebSocket> AcceptAsync(HttpContext context)
        => context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            DangerousEnableCompression = context.Request.Query.ContainsKey("compress"),
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(),
        });

    private static async Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        int pause = Pause(context);
        for (int n = 0; ; n++)
        {
            await context.Response.WriteAsync($"id: {n}\ndata: tick {n}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(pause, context.RequestAborted);
        }
    }

    private static async Task ChunksAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.Query["type"].FirstOrDefault() ?? "application/octet-stream";
        int pause = Pause(context);
        byte[] chunk = new byte[1024];
        while (true)
        {
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(pause, context.RequestAborted);
        }
    }

    private static async Task DownloadAsync(HttpContext context)
    {
        long left = long.Parse(context.Request.Query["bytes"].FirstOrDefault() ?? "1000000", CultureInfo.InvariantCulture);
        int pause = Pause(context, 0);
        context.Response.ContentLength = left;
        context.Response.ContentType = "application/octet-stream";
        byte[] chunk = new byte[16 * 1024];
        for (; left > 0; left -= Math.Min(left, chunk.Length))
        {
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)), context.RequestAborted);
            if (pause > 0) await Task.Delay(pause, context.RequestAborted);
        }
    }

    private static async Task UploadAsync(TestBackend backend, HttpContext context)
    {
        long total = await DrainAsync(backend, context);
        await context.Response.WriteAsync(total.ToString(CultureInfo.InvariantCulture), context.RequestAborted);
    }

    private static async Task<long> DrainAsync(TestBackend backend, HttpContext context)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            long total = 0;
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                total += read;
                backend.Count(read);
            }
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task HoldAsync(TestBackend backend, HttpContext context)
    {
        await backend.HeldAsync(context.RequestAborted);
        await context.Response.WriteAsync("released", context.RequestAborted);
    }

    private static Task StatusAsync(HttpContext context, string path)
    {
        context.Response.StatusCode = int.Parse(path["/status/".Length..], CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private static async Task EchoAsync(TestBackend backend, HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        backend.Count(body.Length);
        JsonObject headers = [];
        foreach (IGrouping<string, KeyValuePair<string, string>> header in RecordedRequest.From(context).Headers.GroupBy(h => h.Key))
            headers[header.Key] = string.Join(", ", header.Select(h => h.Value));
        JsonObject echo = new()
        {
            ["method"] = context.Request.Method,
            ["path"] = context.Request.Path.Value,
            ["query"] = context.Request.QueryString.Value,
            ["headers"] = headers,
            ["body"] = body,
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(echo.ToJsonString(), context.RequestAborted);
    }
}
