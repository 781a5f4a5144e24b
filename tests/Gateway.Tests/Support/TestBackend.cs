using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>
/// A real application behind the gateway. It records every request that reaches it. Paths:
/// <c>/ws/echo</c>, <c>/ws/feed</c> (a text frame each few ms), <c>/sse</c> (endless events), <c>/stream</c> (endless chunks),
/// <c>/download?bytes=N</c> (with a length), <c>/upload</c> (counts the body), <c>/hold</c> (answers after <see cref="Release"/>),
/// <c>/status/N</c>, <c>/grpc.Test/Unary|ServerStream|BidiStream|HoldUnary</c>; anything else is echoed as JSON.
/// </summary>
internal sealed class TestBackend : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly ConcurrentQueue<string> _received = new();
    private TaskCompletionSource _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _server;
    private long _bytesReceived;
    private int _open;

    private readonly int _port = FreePort.Take();
    private readonly int _http2Port = FreePort.Take();

    /// <summary>HTTP/1.1 in clear text.</summary>
    public string Url => $"http://127.0.0.1:{_port}/";

    /// <summary>HTTP/2 in clear text with prior knowledge, for gRPC and extended CONNECT.</summary>
    public string Http2Url => $"http://127.0.0.1:{_http2Port}/";

    public IReadOnlyCollection<RecordedRequest> Requests => _requests;

    /// <summary>WebSocket and gRPC messages that clients sent, in the order of arrival.</summary>
    public IReadOnlyCollection<string> Received => _received;

    /// <summary>Bytes of bodies and messages that clients sent.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Requests that are being answered now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Replaces the echo, where a test needs an answer of its own; return false to fall back to it.</summary>
    public Func<HttpContext, Task<bool>>? Answer { get; set; }

    public static async Task<TestBackend> StartAsync()
    {
        TestBackend backend = new();
        await backend.RestartAsync();
        return backend;
    }

    /// <summary>Starts again on the same ports after a <see cref="StopAsync"/>.</summary>
    public async Task RestartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = 1 << 20;
            kestrel.Listen(IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, _http2Port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        WebApplication server = builder.Build();
        server.UseWebSockets();
        server.Use(async (context, next) =>
        {
            _requests.Enqueue(RecordedRequest.From(context));
            Interlocked.Increment(ref _open);
            try { await next(context); }
            finally { Interlocked.Decrement(ref _open); }
        });
        server.Run(HandleAsync);
        await server.StartAsync();
        _server = server;
    }

    public async Task StopAsync()
    {
        if (_server is null) return;
        Release();
        await _server.StopNowAsync();
        _server = null;
    }

    /// <summary>Lets every request on <c>/hold</c> go on, those of later too until <see cref="HoldAgain"/>.</summary>
    public void Release() => _hold.TrySetResult();

    public void HoldAgain() => _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Forget()
    {
        _requests.Clear();
        _received.Clear();
        Interlocked.Exchange(ref _bytesReceived, 0);
    }

    public Task WaitForRequestAsync(Func<RecordedRequest, bool> which) => Eventually.TrueAsync(() => _requests.Any(which));

    public async ValueTask DisposeAsync() => await StopAsync();

    internal Task HeldAsync(CancellationToken cancellation) => _hold.Task.WaitAsync(cancellation);

    internal void Count(long bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    internal void Receive(string message, int bytes)
    {
        _received.Enqueue(message);
        Count(bytes);
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (Answer is { } answer && await answer(context)) return;
            await TestBackendPaths.HandleAsync(this, context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested) { }
    }
}
