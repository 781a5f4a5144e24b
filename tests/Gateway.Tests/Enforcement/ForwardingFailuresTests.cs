using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Enforcement;

public sealed class ForwardingFailuresTests
{
    [Fact]
    public async Task A_backend_that_is_away_is_told_with_route_cluster_and_destination()
    {
        await using InProcessGateway gateway = await InProcessGateway.Start(GatewaySettings.For(destination: $"http://127.0.0.1:{FreePort.Take()}/"));

        using HttpResponseMessage answer = await gateway.Get("/page?access_token=very-secret-token");

        Assert.Equal(502, (int)answer.StatusCode);
        await Eventually.True(() => Warnings(gateway).Length > 0);
        LogLine line = Assert.Single(Warnings(gateway));
        Assert.Equal("Route app: destination one of cluster app did not serve a request: Request.", line.Text);
        Assert.NotNull(line.Exception);
        Assert.DoesNotContain("very-secret-token", gateway.Log.Text);
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_warning()
    {
        await using TestBackend backend = await TestBackend.Start();
        await using InProcessGateway gateway = await InProcessGateway.Start(GatewaySettings.For(backend));
        string[] requests =
        [
            "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /sse HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbegun",
            "POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n",
        ];
        // Which side notices first differs from time to time.
        foreach (string request in Enumerable.Repeat(requests, 10).SelectMany(all => all))
        {
            backend.Forget();
            using (Socket client = new(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) })
            {
                await client.ConnectAsync("127.0.0.1", new Uri(gateway.Url).Port);
                await client.SendAsync(Encoding.ASCII.GetBytes(request));
                await backend.WaitForRequest(_ => true);
            }
            await Eventually.True(() => backend.Open == 0 && gateway.Get<Gateway.Enforcement.LiveConnections>().Count == 0);
        }
        Assert.Empty(Warnings(gateway));
    }

    [Fact]
    public async Task What_the_gateway_ends_is_no_warning()
    {
        await using TestBackend backend = await TestBackend.Start();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.Start(GatewaySettings.For(backend, issuer));
        string token = issuer.Token("alice", "s1");
        Task<HttpResponseMessage>[] open = [.. ((string[])["/hold", "/sse", "/stream"]).Select(path => Open(gateway, path, token))];
        await Eventually.True(() => backend.Open == open.Length);

        await gateway.RevokeSession("s1");

        await Eventually.True(() => backend.Open == 0 && gateway.Get<Gateway.Enforcement.LiveConnections>().Count == 0);
        Assert.Empty(Warnings(gateway));
    }

    private static Task<HttpResponseMessage> Open(InProcessGateway gateway, string path, string token)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", token);
        return gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static LogLine[] Warnings(InProcessGateway gateway) => [.. gateway.Log.Lines.Where(line => line.Level >= LogLevel.Warning)];
}
