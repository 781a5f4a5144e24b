using System.Net.WebSockets;
using Gateway.Cluster;
using Gateway.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Tests.Enforcement;

/// <summary>Connections that are held while the lease is away (rule R6), and those that end with their token.</summary>
public sealed class LeaseWatchTests
{
    [Fact]
    public async Task Nothing_passes_while_the_lease_is_away_and_everything_goes_on_when_it_comes_back()
    {
        Fence fence = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend).Set("Gateway:Cluster:Lease", "01:00:00"), fence);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri(gateway.Url.Replace("http", "ws") + "/ws/echo"), CancellationToken.None);
        Assert.Equal("one", await EndingFixture.EchoAsync(socket, "one"));
        Task<HttpResponseMessage> held = gateway.GetAsync("/hold");
        await Eventually.TrueAsync(() => backend.Open == 2);

        fence.Up = true;
        await socket.SendAsync("two"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        backend.Release();
        Task<(WebSocketMessageType Type, string Text)> echo = EndingFixture.ReceiveAsync(socket);
        await Task.Delay(300);
        Assert.Equal(["one"], backend.Received);
        Assert.False(echo.IsCompleted);
        Assert.False(held.IsCompleted);

        fence.Up = false;
        Assert.Equal("two", (await echo).Text);
        Assert.True((await held.WithinAsync()).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_lease_that_stays_away_for_another_ends_what_it_holds()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend).Set("Gateway:Cluster:Lease", "00:00:01"));
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri(gateway.Url.Replace("http", "ws") + "/ws/echo"), CancellationToken.None);
        Assert.Equal("one", await EndingFixture.EchoAsync(socket, "one"));
        Task<HttpResponseMessage> held = gateway.GetAsync("/hold");
        await Eventually.TrueAsync(() => backend.Open == 2);

        // nobody grants it again
        await gateway.Services.GetServices<IHostedService>().OfType<LoopOwner<LogFollower>>().Single().StopAsync(CancellationToken.None);
        gateway.Get<Lease>().Revoke();

        await EndingFixture.ReceiveUntilCloseAsync(socket);
        Assert.Equal(1013, (int?)socket.CloseStatus);
        using HttpResponseMessage answer = await held.WithinAsync();
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_ends_with_its_token_where_the_route_says_so(bool endAtExpiry)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("EndAtExpiry", endAtExpiry ? "true" : "false")));
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + issuer.Token(change: claims => claims["exp"] = now + 2));
        await socket.ConnectAsync(new Uri(gateway.Url.Replace("http", "ws") + "/ws/echo"), CancellationToken.None);
        Assert.Equal("one", await EndingFixture.EchoAsync(socket, "one"));

        if (endAtExpiry)
        {
            await EndingFixture.ReceiveUntilCloseAsync(socket);
            Assert.Equal(4401, (int?)socket.CloseStatus);
            Assert.True(DateTimeOffset.UtcNow.ToUnixTimeSeconds() >= now + 2);
        }
        else
        {
            await Eventually.TrueAsync(() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > now + 2);
            Assert.Equal("two", await EndingFixture.EchoAsync(socket, "two"));
        }
    }

    [Fact]
    public async Task A_gateway_that_stops_does_not_wait_for_a_stream_of_calls_without_end()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(http2Backend: true);
        using HttpRequestMessage call = fixture.GrpcCall("ServerStream", new ByteArrayContent(TestBackendGrpc.Frame("tick"u8.ToArray())));
        using HttpResponseMessage answer = await fixture.Http2.SendAsync(call, HttpCompletionOption.ResponseHeadersRead).WithinAsync();

        fixture.Gateway.Get<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();

        await answer.Content.CopyToAsync(Stream.Null).WithinAsync();
        Assert.Equal("14", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task A_gateway_that_stops_tells_its_sockets_so()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend));
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri(gateway.Url.Replace("http", "ws") + "/ws/echo"), CancellationToken.None);
        Assert.Equal("one", await EndingFixture.EchoAsync(socket, "one"));

        gateway.Get<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();

        await EndingFixture.ReceiveUntilCloseAsync(socket);
        Assert.Equal(1001, (int?)socket.CloseStatus);
    }
}
