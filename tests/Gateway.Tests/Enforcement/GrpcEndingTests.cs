using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gateway.Enforcement.Endings;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Enforcement;

public sealed class GrpcEndingTests
{
    [Fact]
    public async Task A_server_stream_ends_with_status_16_after_whole_messages()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(http2Backend: true);
        using HttpResponseMessage answer = await CallAsync(fixture, "ServerStream", Messages("tick"));
        Stream body = await answer.Content.ReadAsStreamAsync();
        for (int n = 0; n < 5; n++) Assert.Equal("tick", await MessageAsync(body));

        await fixture.SealAllAsync();

        while (await MessageAsync(body) is { } message) Assert.Equal("tick", message);
        Assert.Equal("16", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task A_unary_call_in_flight_is_answered_with_status_16_alone()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(http2Backend: true);
        Task<HttpResponseMessage> asked = CallAsync(fixture, "HoldUnary", Messages("one"));
        await Eventually.TrueAsync(() => fixture.Backend.Open == 1);

        await fixture.SealAllAsync();

        using HttpResponseMessage answer = await asked.WithinAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/grpc", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("16", Assert.Single(answer.Headers.GetValues("grpc-status")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task A_call_in_both_directions_ends_for_both()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(http2Backend: true);
        using DuplexContent sending = new();
        using HttpResponseMessage answer = await CallAsync(fixture, "BidiStream", sending, first: "one");
        Stream body = await answer.Content.ReadAsStreamAsync();
        Assert.Equal("one", await MessageAsync(body));
        await sending.SendAsync("two");
        Assert.Equal("two", await MessageAsync(body));

        await fixture.SealAllAsync();
        try { await sending.SendAsync("three"); } catch (Exception error)
            when (error is IOException or HttpRequestException or OperationCanceledException) { }

        Assert.Null(await MessageAsync(body));
        Assert.Equal("16", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        sending.Complete();
        await fixture.AllLeftAsync();
        Assert.Equal(["one", "two"], fixture.Backend.Received);
    }

    [Fact]
    public async Task A_message_that_has_begun_comes_whole_and_the_status_after_it()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(http2Backend: true);
        TaskCompletionSource rest = new();
        fixture.Backend.Answer = context => HalfMessageAsync(context, rest.Task);
        using HttpResponseMessage answer = await CallAsync(fixture, "Half", Messages("x"));
        Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[5 + 4]).AsTask().WithinAsync();

        Assert.Equal(1, fixture.Connections.Seal(_ => EndCause.Session));
        Task settled = fixture.Connections.SettledAsync();
        Assert.False(settled.IsCompleted);
        rest.SetResult();
        await settled.WithinAsync();

        byte[] end = new byte[10];
        int read = await body.ReadAtLeastAsync(end, 10, throwOnEndOfStream: false).AsTask().WithinAsync();
        Assert.Equal("rest", Encoding.ASCII.GetString(end, 0, read));
        Assert.Equal("16", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task A_message_whose_rest_does_not_come_is_aborted_at_the_limit()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Set("Gateway:Enforcement:CloseTimeout", "00:00:00.2"), http2Backend: true);
        fixture.Backend.Answer = context => HalfMessageAsync(context, Task.Delay(Timeout.Infinite, context.RequestAborted));
        using HttpResponseMessage answer = await CallAsync(fixture, "Half", Messages("x"));
        Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[5 + 4]).AsTask().WithinAsync();

        await fixture.SealAllAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => body.ReadAsync(new byte[10]).AsTask().WithinAsync());
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task A_grpc_web_stream_ends_with_a_trailer_frame()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        fixture.Backend.Answer = async context =>
        {
            context.Response.ContentType = "application/grpc-web+proto";
            while (true)
            {
                await context.Response.Body.WriteAsync(TestBackendGrpc.Frame("tick"u8.ToArray()));
                await context.Response.Body.FlushAsync();
                await Task.Delay(5, context.RequestAborted);
            }
        };
        using HttpRequestMessage request = new(HttpMethod.Post, "/web") { Content = new ByteArrayContent(TestBackendGrpc.Frame([])) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc-web+proto");
        using HttpResponseMessage answer = await fixture.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)
            .WithinAsync();
        Stream body = await answer.Content.ReadAsStreamAsync();
        Assert.Equal("tick", await MessageAsync(body));

        await fixture.SealAllAsync();

        string? last = null;
        while (await MessageAsync(body) is { } message) last = message;
        Assert.Equal("grpc-status:16\r\ngrpc-message:Unauthorized\r\n", last);
        await fixture.AllLeftAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_grpc_web_stream_in_text_form_ends_with_a_trailer_frame_in_base64(bool padded)
    {
        // However busy the machine is, the rest of a message comes.
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Set("Gateway:Enforcement:CloseTimeout", "00:00:30"));
        // Two messages of nine bytes need no padding, and end where a group ends; one in a flush of its own is padded.
        string flush = padded
            ? Convert.ToBase64String(TestBackendGrpc.Frame("ticks"u8.ToArray()))
            : Convert.ToBase64String([.. TestBackendGrpc.Frame("tick"u8.ToArray()), .. TestBackendGrpc.Frame("tock"u8.ToArray())]);
        fixture.Backend.Answer = async context =>
        {
            context.Response.ContentType = "application/grpc-web-text+proto";
            while (true)
            {
                foreach (string part in (string[])[flush[..7], flush[7..]]) await context.Response.WriteAsync(part, context.RequestAborted);
                await context.Response.Body.FlushAsync();
                await Task.Delay(5, context.RequestAborted);
            }
        };
        using HttpRequestMessage request = new(HttpMethod.Post, "/web")
            { Content = new StringContent(Convert.ToBase64String(TestBackendGrpc.Frame([]))) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc-web-text+proto");
        using HttpResponseMessage answer = await fixture.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)
            .WithinAsync();
        Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[flush.Length]).AsTask().WithinAsync();

        await fixture.SealAllAsync();

        string rest = await new StreamReader(body).ReadToEndAsync().WithinAsync();
        Assert.Equal(0, rest.Length % 4);
        byte[] bytes = [.. rest.Chunk(4).SelectMany(group => Convert.FromBase64CharArray(group, 0, 4))];
        Stream messages = new MemoryStream(bytes);
        string? last = null;
        while (await MessageAsync(messages) is { } message) last = message;
        Assert.Equal("grpc-status:16\r\ngrpc-message:Unauthorized\r\n", last);
        await fixture.AllLeftAsync();
    }

    private static async Task<bool> HalfMessageAsync(HttpContext context, Task rest)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(TestBackendGrpc.Frame("halfrest"u8.ToArray()).AsMemory(0, 9));
        await context.Response.Body.FlushAsync();
        await rest;
        await context.Response.Body.WriteAsync("rest"u8.ToArray());
        await context.Response.Body.WriteAsync(TestBackendGrpc.Frame("never"u8.ToArray()));
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return true;
    }

    private static ByteArrayContent Messages(params string[] messages)
        => new([.. messages.SelectMany(message => TestBackendGrpc.Frame(Encoding.UTF8.GetBytes(message)))]);

    private static async Task<HttpResponseMessage> CallAsync(EndingFixture fixture, string method, HttpContent content,
        string? first = null)
    {
        Task<HttpResponseMessage> asked = fixture.Http2.SendAsync(fixture.GrpcCall(method, content),
            HttpCompletionOption.ResponseHeadersRead);
        if (first is not null) await ((DuplexContent)content).SendAsync(first);
        return await asked.WithinAsync();
    }

    private static async Task<string?> MessageAsync(Stream body)
        => await TestBackendGrpc.ReadMessageAsync(body, CancellationToken.None).WithinAsync() is { } message
            ? Encoding.UTF8.GetString(message) : null;

    /// <summary>A request body that a test writes message by message.</summary>
    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task SendAsync(string message)
        {
            Stream stream = await _stream.Task.WithinAsync();
            await stream.WriteAsync(TestBackendGrpc.Frame(Encoding.UTF8.GetBytes(message)));
            await stream.FlushAsync();
        }

        public void Complete() => _done.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _stream.SetResult(stream);
            return _done.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
