using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.Cluster;

/// <summary>WebSockets through the cluster whose two ends say all the time what time it is: each message that arrives tells
/// whether it was sent when nothing should have passed any more.</summary>
internal static class FaultSockets
{
    public const string Path = "/live/";
    private const int EndedWithItsSession = 4401;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>The backend's end.</summary>
    public static async Task ServeAsync(HttpContext context, FaultLedger ledger)
    {
        string session = context.Request.Path.Value![Path.Length..];
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        await TalkAsync(socket, said => ledger.Passed(session, said, "to the backend"), context.RequestAborted);
    }

    /// <summary>The client's end: opens one, talks until somebody ends it or the time is over, and goes.</summary>
    public static async Task VisitAsync(string url, string session, string token, TimeSpan stay, FaultLedger ledger, CancellationToken over)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(over);
        end.CancelAfter(stay);
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new Uri(url.Replace("http", "ws", StringComparison.Ordinal) + Path + session), end.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            ledger.NotOpened(session, (int)socket.HttpStatusCode);
            return;
        }
        ledger.Opened();
        await TalkAsync(socket, said => ledger.Passed(session, said, "to the client"), end.Token);
        if ((int?)socket.CloseStatus == EndedWithItsSession) ledger.Closed(session);
    }

    private static async Task TalkAsync(WebSocket socket, Action<long> heard, CancellationToken end)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(end);
        Task speaking = SpeakAsync(socket, over.Token);
        try
        {
            byte[] message = new byte[sizeof(long)];
            for (int length = 0; ;)
            {
                ValueWebSocketReceiveResult got = await socket.ReceiveAsync(message.AsMemory(length), over.Token);
                if (got.MessageType == WebSocketMessageType.Close) break;
                length += got.Count;
                if (!got.EndOfMessage) continue;
                heard(BitConverter.ToInt64(message));
                length = 0;
            }
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, over.Token);
        }
        catch (Exception error) when (IsAnEnd(error)) { /* cut off */ }
        await over.CancelAsync();
        await speaking;
    }

    private static async Task SpeakAsync(WebSocket socket, CancellationToken over)
    {
        try
        {
            while (true)
            {
                await socket.SendAsync(BitConverter.GetBytes(Stopwatch.GetTimestamp()), WebSocketMessageType.Binary, true, over);
                await Task.Delay(Pace, over);
            }
        }
        catch (Exception error) when (IsAnEnd(error)) { /* closed, or cut off */ }
    }

    private static bool IsAnEnd(Exception error)
        => error is WebSocketException or OperationCanceledException or IOException or InvalidOperationException;
}
