using System.Text;
using Gateway.Enforcement.Endings;

namespace Gateway.Tests.Enforcement;

/// <summary>Peers in the middle of a frame, and peers that are stuck.</summary>
public sealed class RawWebSocketEndingTests
{
    private static readonly byte[] CloseToClient = [0x88, 15, 0x11, 0x31, .. "session ended"u8];

    [Fact]
    public async Task A_client_in_mid_frame_gets_its_close_and_the_rest_is_never_forwarded()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        MemoryStream heard = new();
        bool cut = false;
        fixture.Backend.Answer = async context =>
        {
            Stream stream = await RawWebSocket.AcceptAsync(context);
            byte[] buffer = new byte[1000];
            try
            {
                for (int read; (read = await stream.ReadAsync(buffer)) > 0;) { lock (heard) heard.Write(buffer, 0, read); }
                cut = true;
            }
            catch (IOException) { cut = true; }
            return true;
        };
        using RawWebSocket client = await RawWebSocket.ConnectAsync(fixture.Gateway.Url, "/ws");
        byte[] frame = FramingTests.WebSocketFrame(0x81, Encoding.ASCII.GetBytes(new string('x', 200)), masked: true);
        await client.Stream.WriteAsync(frame.AsMemory(0, 100));
        await Eventually.TrueAsync(() => { lock (heard) return heard.Length == 100; });

        await fixture.SealAllAsync();
        await client.Stream.WriteAsync(frame.AsMemory(100));

        Assert.Equal(CloseToClient, await client.ReadAsync(CloseToClient.Length));
        await client.Stream.WriteAsync(FramingTests.WebSocketFrame(0x88, [0x11, 0x31], masked: true));
        Assert.True((await client.ReadToEndAsync()).Clean);
        await fixture.AllLeftAsync();
        Assert.True(cut);
        Assert.Equal(100, heard.Length);
    }

    [Fact]
    public async Task A_frame_to_the_client_is_finished_before_the_close_and_the_logout_waits_for_it()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        byte[] frame = FramingTests.WebSocketFrame(0x81, "the whole frame"u8.ToArray(), masked: false);
        TaskCompletionSource rest = new();
        fixture.Backend.Answer = async context =>
        {
            Stream stream = await RawWebSocket.AcceptAsync(context);
            await stream.WriteAsync(frame.AsMemory(0, 5));
            await rest.Task;
            await stream.WriteAsync(frame.AsMemory(5, 4));
            await Task.Delay(50);
            await stream.WriteAsync(frame.AsMemory(9).ToArray().Concat(FramingTests.WebSocketFrame(0x81, "never"u8.ToArray(), false))
                .ToArray());
            try { await stream.ReadExactlyAsync(new byte[6 + 15]); }
            catch (IOException) { }
            return true;
        };
        using RawWebSocket client = await RawWebSocket.ConnectAsync(fixture.Gateway.Url, "/ws");
        Assert.Equal(frame[..5], await client.ReadAsync(5));

        Assert.Equal(1, fixture.Connections.Seal(_ => EndCause.Session));
        Task settled = fixture.Connections.SettledAsync();
        Assert.False(settled.IsCompleted);
        rest.SetResult();
        await settled.WithinAsync();

        byte[] expected = [.. frame[5..], .. CloseToClient];
        Assert.Equal(expected, await client.ReadAsync(expected.Length));
    }

    [Fact]
    public async Task Between_the_fragments_of_a_message_there_is_room_for_the_close()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        byte[] begun = [.. FramingTests.WebSocketFrame(0x41, "compressed begin"u8.ToArray(), false),
            .. FramingTests.WebSocketFrame(0x89, "ping"u8.ToArray(), false),
            .. FramingTests.WebSocketFrame(0x00, "more"u8.ToArray(), false)];
        fixture.Backend.Answer = async context =>
        {
            Stream stream = await RawWebSocket.AcceptAsync(context);
            foreach (byte b in begun) await stream.WriteAsync(new[] { b });
            await stream.ReadExactlyAsync(new byte[6 + 15]);
            return true;
        };
        using RawWebSocket client = await RawWebSocket.ConnectAsync(fixture.Gateway.Url, "/ws");
        Assert.Equal(begun, await client.ReadAsync(begun.Length));

        await fixture.SealAllAsync();

        Assert.Equal(CloseToClient, await client.ReadAsync(CloseToClient.Length));
    }

    [Fact]
    public async Task A_frame_whose_rest_does_not_come_is_aborted_at_the_limit()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Set("Gateway:Enforcement:CloseTimeout", "00:00:00.2"));
        fixture.Backend.Answer = async context =>
        {
            Stream stream = await RawWebSocket.AcceptAsync(context);
            await stream.WriteAsync(new byte[] { 0x81, 100, 1, 2, 3 });
            try { await stream.ReadExactlyAsync(new byte[1000]); }
            catch (IOException) { }
            return true;
        };
        using RawWebSocket client = await RawWebSocket.ConnectAsync(fixture.Gateway.Url, "/ws");
        await client.ReadAsync(5);

        await fixture.SealAllAsync();

        (byte[] bytes, bool clean) = await client.ReadToEndAsync();
        Assert.False(clean);
        Assert.Empty(bytes);
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_after_the_limit()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Set("Gateway:Enforcement:CloseTimeout", "00:00:00.3"));
        long sent = 0;
        fixture.Backend.Answer = async context =>
        {
            Stream stream = await RawWebSocket.AcceptAsync(context);
            byte[] frame = FramingTests.WebSocketFrame(0x82, new byte[60_000], masked: false);
            try
            {
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await stream.WriteAsync(frame);
                    Interlocked.Add(ref sent, frame.Length);
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException) { }
            return true;
        };
        using RawWebSocket client = await RawWebSocket.ConnectAsync(fixture.Gateway.Url, "/ws", receiveBuffer: 8192);
        long before;
        do
        {
            before = Interlocked.Read(ref sent);
            await Task.Delay(150);
        }
        while (before == 0 || before != Interlocked.Read(ref sent));   // everything between them is full

        await fixture.SealAllAsync();

        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_the_close_is_cut_after_the_limit()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Set("Gateway:Enforcement:CloseTimeout", "00:00:00.3"));
        byte[] farewell = new byte[6 + 15];
        bool cut = false;
        fixture.Backend.Answer = async context =>
        {
            Stream stream = await RawWebSocket.AcceptAsync(context);
            await stream.ReadExactlyAsync(farewell);
            try { cut = await stream.ReadAsync(new byte[1]) == 0; }
            catch (IOException) { cut = true; }
            return true;
        };
        using RawWebSocket client = await RawWebSocket.ConnectAsync(fixture.Gateway.Url, "/ws");
        await fixture.OpenedAsync(1, "websocket");

        await fixture.SealAllAsync();

        Assert.Equal(CloseToClient, await client.ReadAsync(CloseToClient.Length));
        await client.Stream.WriteAsync(FramingTests.WebSocketFrame(0x88, [0x11, 0x31], masked: true));
        await fixture.AllLeftAsync();
        Assert.True(cut);
        Assert.Equal([0x88, 0x80 | 15], farewell[..2]);   // masked, as a client must
        Assert.Equal(CloseToClient[2..], farewell[6..].Select((b, i) => (byte)(b ^ farewell[2 + (i & 3)])));
    }
}
