using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Http;

public sealed class UploadPaceTests : IAsyncLifetime
{
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;
    private int _connections;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(_backend)
            .Set("Kestrel:Limits:MinRequestBodyDataRate", new JsonObject { ["BytesPerSecond"] = "1000", ["GracePeriod"] = "00:00:01.5" });
        _gateway = await InProcessGateway.StartAsync(settings, http2: true);
        _client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync })
        {
            BaseAddress = new Uri(_gateway.Http2Url), DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _connections);
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_that_pauses_ends_its_own_stream_and_nothing_else_on_the_connection()
    {
        using HttpResponseMessage events = await _client.GetAsync("/sse", HttpCompletionOption.ResponseHeadersRead);
        using StreamReader feed = new(await events.Content.ReadAsStreamAsync());
        Assert.NotNull(await feed.ReadLineAsync().WithinAsync());

        using HttpResponseMessage upload = await _client.PostAsync("/upload", new PausingContent()).WithinAsync();

        Assert.Equal(HttpStatusCode.RequestTimeout, upload.StatusCode);
        Assert.Equal("application/problem+json", upload.Content.Headers.ContentType?.MediaType);
        for (int i = 0; i < 20; i++) Assert.NotNull(await feed.ReadLineAsync().WithinAsync());
        using HttpResponseMessage next = await _client.GetAsync("/x");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(1, _connections);
    }

    [Fact]
    public async Task An_upload_at_a_fair_pace_arrives_whole()
    {
        byte[] body = new byte[300_000];
        Random.Shared.NextBytes(body);
        using HttpResponseMessage upload = await _client.PostAsync("/upload", new ByteArrayContent(body)).WithinAsync();
        Assert.Equal(HttpStatusCode.OK, upload.StatusCode);
        Assert.Equal(body.Length, _backend.BytesReceived);
    }

    /// <summary>Sends its beginning, and then nothing until it is stopped.</summary>
    private sealed class PausingContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellation)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("begun"), cancellation);
            await stream.FlushAsync(cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
