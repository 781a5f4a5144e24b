using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Enforcement;
using Gateway.Enforcement.Endings;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Enforcement;

/// <summary>A gateway with a backend, whose live connections a test seals by itself.</summary>
internal sealed class EndingFixture : IAsyncDisposable
{
    private readonly HttpClient _http2 = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
        { DefaultRequestVersion = new Version(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    public required TestBackend Backend { get; init; }
    public required InProcessGateway Gateway { get; init; }
    public LiveConnections Connections => Gateway.Get<LiveConnections>();
    public HttpClient Http2 => _http2;

    public static async Task<EndingFixture> StartAsync(Action<JsonObject, TestBackend>? change = null, bool http2Backend = false,
        Action<WebApplicationBuilder>? customize = null)
    {
        TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend);
        if (http2Backend) settings.Http2Backend(backend);
        change?.Invoke(settings, backend);
        return new() { Backend = backend, Gateway = await InProcessGateway.StartAsync(settings, http2: true, customize: customize) };
    }

    /// <summary>Seals everything that is open and waits until nothing passes.</summary>
    public async Task SealAllAsync(EndCause cause = EndCause.Session)
    {
        Assert.True(Connections.Seal(_ => cause) > 0);
        await Connections.SettledAsync().WithinAsync();
    }

    public Task OpenedAsync(int count = 1, string? kind = null)
        => Eventually.TrueAsync(() => Connections.Count == count
            && (kind is null || Connections.CountByKind().Single(open => open.Kind == kind).Count == count));

    public Task AllLeftAsync() => Eventually.TrueAsync(() => Connections.Count == 0 && Backend.Open == 0);

    public async Task<ClientWebSocket> ConnectAsync(string path, bool http2 = false, Action<ClientWebSocket>? options = null)
    {
        ClientWebSocket socket = new();
        options?.Invoke(socket);
        if (!http2)
        {
            await socket.ConnectAsync(new Uri(Gateway.Url.Replace("http", "ws") + path), CancellationToken.None);
            return socket;
        }
        socket.Options.HttpVersion = new Version(2, 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri(Gateway.Http2Url.Replace("http", "ws") + path), _http2, CancellationToken.None);
        return socket;
    }

    public static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None).WithinAsync();
        return (await ReceiveAsync(socket)).Text;
    }

    public static async Task<(WebSocketMessageType Type, string Text)> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[1 << 14];
        int length = 0;
        while (true)
        {
            WebSocketReceiveResult got = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length),
                CancellationToken.None).WithinAsync();
            length += got.Count;
            if (got.EndOfMessage) return (got.MessageType, Encoding.UTF8.GetString(buffer, 0, length));
        }
    }

    /// <summary>Reads until the Close frame; answers how many messages came before it.</summary>
    public static async Task<int> ReceiveUntilCloseAsync(ClientWebSocket socket)
    {
        for (int messages = 0; ; messages++)
            if ((await ReceiveAsync(socket)).Type == WebSocketMessageType.Close) return messages;
    }

    /// <summary>A gRPC call with these request messages, by hand; the body is left open when told so.</summary>
    public HttpRequestMessage GrpcCall(string method, HttpContent content, string type = "application/grpc")
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new(HttpMethod.Post, $"{Gateway.Http2Url}/grpc.Test/{method}")
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { TE = { new("trailers") } },
            Content = content,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _http2.Dispose();
        await Gateway.DisposeAsync();
        await Backend.DisposeAsync();
    }
}
