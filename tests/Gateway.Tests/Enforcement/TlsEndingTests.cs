using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Enforcement;
using Gateway.Enforcement.Endings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Tests.Enforcement;

/// <summary>The same endings through TLS, where a read that is called off must leave the stream fit for the next.</summary>
public sealed class TlsEndingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_socket_over_tls_gets_its_close_and_its_own_close_is_heard(bool http2)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        int port = FreePort.Take();
        using X509Certificate2 certificate = Certificate();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend),
            customize: builder => builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate);
            })), http2: true);
        using HttpClient client = new(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = delegate { return true; } } });
        using ClientWebSocket socket = new();
        socket.Options.HttpVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{port}/ws/echo"), client, CancellationToken.None);
        Assert.Equal("one", await EndingFixture.EchoAsync(socket, "one"));
        LiveConnections connections = gateway.Get<LiveConnections>();

        Assert.Equal(1, connections.Seal(_ => EndCause.Session));
        await connections.SettledAsync().WithinAsync();

        await EndingFixture.ReceiveUntilCloseAsync(socket);
        Assert.Equal(4401, (int?)socket.CloseStatus);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithinAsync();
        await Eventually.TrueAsync(() => connections.Count == 0 && backend.Open == 0);
        Assert.Equal(["one", "close 4401 session ended"], backend.Received);
    }

    private static X509Certificate2 Certificate()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
