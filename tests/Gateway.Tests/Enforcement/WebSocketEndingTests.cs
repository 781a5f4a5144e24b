using System.Net.WebSockets;
using Gateway.Enforcement.Endings;

namespace Gateway.Tests.Enforcement;

public sealed class WebSocketEndingTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Both_sides_get_a_close_frame_with_the_code_and_the_reason(bool http2Client, bool http2Backend)
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(http2Backend: http2Backend);
        using ClientWebSocket socket = await fixture.ConnectAsync("/ws/echo", http2Client);
        Assert.Equal("hello", await EndingFixture.EchoAsync(socket, "hello"));

        await fixture.SealAllAsync();

        Assert.Equal(0, await EndingFixture.ReceiveUntilCloseAsync(socket));
        Assert.Equal(4401, (int?)socket.CloseStatus);
        Assert.Equal("session ended", socket.CloseStatusDescription);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithinAsync();
        await Eventually.TrueAsync(() => fixture.Backend.Received.Contains("close 4401 session ended"));
        await fixture.AllLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_busy_socket_with_compression_ends_at_a_frame_boundary(bool compress)
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        using ClientWebSocket socket = await fixture.ConnectAsync("/ws/feed?ms=1" + (compress ? "&compress" : ""), options: socket =>
        {
            if (compress) socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        });
        for (int n = 0; n < 100; n++) Assert.Equal($"tick {n}", (await EndingFixture.ReceiveAsync(socket)).Text);

        await fixture.SealAllAsync();

        await EndingFixture.ReceiveUntilCloseAsync(socket);
        Assert.Equal(4401, (int?)socket.CloseStatus);
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task Nothing_a_client_sends_after_the_seal_reaches_the_backend()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        using ClientWebSocket socket = await fixture.ConnectAsync("/ws/echo");
        Assert.Equal("before", await EndingFixture.EchoAsync(socket, "before"));

        await fixture.SealAllAsync();
        for (int n = 0; n < 50; n++)
            try { await socket.SendAsync("after"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None); }
            catch (WebSocketException) { break; }
            catch (IOException) { break; }

        await fixture.AllLeftAsync();
        Assert.Equal(["before", "close 4401 session ended"], fixture.Backend.Received);
    }

    [Fact]
    public async Task A_client_that_never_answers_the_close_is_cut_after_the_limit()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Set("Gateway:Enforcement:CloseTimeout", "00:00:00.3"));
        using ClientWebSocket socket = await fixture.ConnectAsync("/ws/echo");
        Assert.Equal("hello", await EndingFixture.EchoAsync(socket, "hello"));

        await fixture.SealAllAsync();   // the client does not read, so it does not answer

        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task A_lease_that_is_lost_ends_with_try_again_later()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        using ClientWebSocket socket = await fixture.ConnectAsync("/ws/echo");
        Assert.Equal("hello", await EndingFixture.EchoAsync(socket, "hello"));

        await fixture.SealAllAsync(EndCause.Stale);

        await EndingFixture.ReceiveUntilCloseAsync(socket);
        Assert.Equal(1013, (int?)socket.CloseStatus);
    }
}
