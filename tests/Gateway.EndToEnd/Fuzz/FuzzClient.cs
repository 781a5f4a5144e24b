using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>Sends a call as it is: byte by byte over a socket of its own, or over HTTP/2 for gRPC.</summary>
internal sealed partial class FuzzClient : IDisposable
{
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http2 = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Hangs };

    /// <exception cref="TimeoutException">It got no answer and no end.</exception>
    public Task<FuzzAnswer> SendAsync(FuzzedCall call) => call.Http2 ? OverHttp2Async(call) : OverSocketAsync(call);

    public void Dispose() => _http2.Dispose();

    private async Task<FuzzAnswer> OverHttp2Async(FuzzedCall call)
    {
        using HttpRequestMessage request = new(new HttpMethod(call.Method), call.Url + call.Target)
        {
            Content = new ByteArrayContent(call.Body), Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach ((string name, string value) in call.Headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        long began = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage answer = await _http2.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            bool told = answer.Headers.TryGetValues("grpc-status", out IEnumerable<string>? values)
                || answer.TrailingHeaders.TryGetValues("grpc-status", out values);
            return new((int)answer.StatusCode, told ? int.Parse(values!.First(), CultureInfo.InvariantCulture) : null,
                Stopwatch.GetElapsedTime(began));
        }
        catch (HttpRequestException) { return new(0, null, Stopwatch.GetElapsedTime(began)); }
        catch (TaskCanceledException error) { throw new TimeoutException($"No answer: {call}", error); }
    }

    private static async Task<FuzzAnswer> OverSocketAsync(FuzzedCall call)
    {
        StringBuilder head = new($"{call.Method} {call.Target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n");
        foreach ((string name, string value) in call.Headers) head.Append($"{name}: {value}\r\n");
        head.Append(call.Chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {call.SaidLength ?? call.Body.Length}\r\n\r\n");
        byte[] request = [.. Encoding.Latin1.GetBytes(head.ToString()), .. call.Body];
        Uri url = new(call.Url);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port);
        using CancellationTokenSource end = new(Hangs);
        using MemoryStream answer = new();
        byte[] buffer = new byte[16 * 1024];
        long began = Stopwatch.GetTimestamp();
        try
        {
            // What is refused before it was read whole is answered all the same.
            Task sent = SendAsync();
            int count;
            while ((count = await socket.ReceiveAsync(buffer, end.Token)) > 0)
            {
                answer.Write(buffer, 0, count);
                // A feed does not end.
                if (head.Length == 0) continue;
                head.Clear();
                if (Latin1(answer).Contains("Content-Type: text/event-stream", StringComparison.Ordinal)) break;
            }
        }
        catch (SocketException) { /* it was reset */ }
        catch (OperationCanceledException error) { throw new TimeoutException($"No answer and no end: {call}\n{Latin1(answer)}", error); }
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        string text = Latin1(answer);
        int status = text.Split(' ', 3) is [_, { Length: 3 } code, ..] && int.TryParse(code, out int number) ? number : 0;
        return new(status, Grpc(text), took);

        async Task SendAsync()
        {
            try
            {
                for (int at = 0; at < request.Length;) at += await socket.SendAsync(request.AsMemory(at), end.Token);
                // It waits for no more than what has been said.
                if (call.Chunked || call.SaidLength > call.Body.Length) socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException) { }
        }
    }

    private static string Latin1(MemoryStream bytes) => Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);

    // gRPC-Web tells it in the last frame, which may be in base64.
    private static int? Grpc(string answer)
    {
        if (!answer.Contains("Content-Type: application/grpc-web", StringComparison.Ordinal)) return null;
        int body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        if (answer.Contains("Content-Type: application/grpc-web-text", StringComparison.Ordinal))
            answer = Encoding.Latin1.GetString(Convert.FromBase64String(answer[body..]));
        return int.Parse(Status().Match(answer).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("grpc-status: ?([0-9]+)")]
    private static partial Regex Status();
}
