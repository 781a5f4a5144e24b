using System.Net;
using System.Text;
using Gateway.Enforcement.Endings;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Enforcement;

public sealed class HttpEndingTests
{
    [Fact]
    public async Task An_answer_that_has_not_begun_becomes_a_401_and_the_backend_is_cut_off()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        Task<HttpResponseMessage> asked = fixture.Gateway.GetAsync("/hold");
        await Eventually.TrueAsync(() => fixture.Backend.Open == 1);

        await fixture.SealAllAsync();

        using HttpResponseMessage answer = await asked.WithinAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        await fixture.AllLeftAsync();
    }

    [Theory]
    [InlineData("/download?bytes=100000000&ms=1", false)]
    [InlineData("/stream?ms=1", false)]
    [InlineData("/download?bytes=100000000&ms=1", true)]
    [InlineData("/stream?ms=1", true)]
    public async Task An_answer_that_has_begun_is_aborted_so_that_nobody_takes_it_for_whole(string path, bool http2)
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        using HttpResponseMessage answer = await AskAsync(fixture, path, http2);
        Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1024]).AsTask().WithinAsync();

        await fixture.SealAllAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => body.CopyToAsync(Stream.Null).WithinAsync());
        await fixture.AllLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_stream_ends_cleanly_after_a_last_event(bool http2)
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        using HttpResponseMessage answer = await AskAsync(fixture, "/sse?ms=1", http2);
        using StreamReader body = new(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("id: 0", await body.ReadLineAsync().WithinAsync());

        await fixture.SealAllAsync();

        string rest = await body.ReadToEndAsync().WithinAsync();
        Assert.EndsWith("\n\nevent: session-ended\ndata: session ended\n\n", rest);
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task Without_a_last_event_configured_it_just_ends()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Set("Gateway:Enforcement:LastEvent", ""));
        using HttpResponseMessage answer = await AskAsync(fixture, "/sse?ms=1", false);
        using StreamReader body = new(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("id: 0", await body.ReadLineAsync().WithinAsync());

        await fixture.SealAllAsync();

        Assert.DoesNotContain("session-ended", await body.ReadToEndAsync().WithinAsync());
    }

    [Fact]
    public async Task An_event_that_is_half_written_gets_no_other_inside()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        fixture.Backend.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            await context.Response.WriteAsync("data: whole\n\ndata: ha");
            await context.Response.Body.FlushAsync();
            await fixture.Backend.HeldAsync(context.RequestAborted);
            return true;
        };
        using HttpResponseMessage answer = await AskAsync(fixture, "/events", false);
        Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[21]).AsTask().WithinAsync();

        await fixture.SealAllAsync();

        Assert.Equal(0, await body.ReadAsync(new byte[10]).AsTask().WithinAsync());
    }

    [Fact]
    public async Task A_compressed_event_stream_ends_cleanly_without_a_word()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        fixture.Backend.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(new byte[] { 0x0A, 0x0A });
            await context.Response.Body.FlushAsync();
            await fixture.Backend.HeldAsync(context.RequestAborted);
            return true;
        };
        using HttpResponseMessage answer = await AskAsync(fixture, "/events", false);
        Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[2]).AsTask().WithinAsync();

        await fixture.SealAllAsync();

        Assert.Equal(0, await body.ReadAsync(new byte[10]).AsTask().WithinAsync());
    }

    [Fact]
    public async Task A_content_type_that_the_route_names_ends_cleanly()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync(
            (settings, _) => settings.Route(("Streams", "application/x-ndjson")));
        using HttpResponseMessage answer = await AskAsync(fixture, "/stream?ms=1&type=application/x-ndjson", false);
        Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1024]).AsTask().WithinAsync();

        await fixture.SealAllAsync();

        await body.CopyToAsync(Stream.Null).WithinAsync();
        await fixture.AllLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_stops_and_never_looks_whole_to_the_backend(bool http2)
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        bool whole = false;
        fixture.Backend.Answer = async context =>
        {
            byte[] buffer = new byte[4096];
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer)) > 0) fixture.Backend.Count(read);
            whole = true;
            return true;
        };
        using Feed feed = new();
        HttpRequestMessage request = new(HttpMethod.Post, (http2 ? fixture.Gateway.Http2Url : fixture.Gateway.Url) + "/upload")
            { Content = feed, Version = new(http2 ? 2 : 1, http2 ? 0 : 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Task<HttpResponseMessage> asked = (http2 ? fixture.Http2 : fixture.Gateway.Client).SendAsync(request);
        await Eventually.TrueAsync(() => fixture.Backend.BytesReceived > 100_000);

        await fixture.SealAllAsync();
        long received = fixture.Backend.BytesReceived;
        await Task.Delay(100);   // what the backend's own buffers held may still be counted
        long afterwards = fixture.Backend.BytesReceived;

        await Eventually.TrueAsync(() => fixture.Backend.Open == 0);
        Assert.False(whole);
        Assert.InRange(afterwards - received, 0, 2_000_000);
        Assert.Equal(afterwards, fixture.Backend.BytesReceived);
        try
        {
            using HttpResponseMessage answer = await asked.WithinAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        catch (HttpRequestException) { /* the connection was cut while the client was still sending */ }
        await fixture.AllLeftAsync();
    }

    [Fact]
    public async Task Of_many_streams_on_one_connection_only_one_ends()
    {
        await using EndingFixture fixture = await EndingFixture.StartAsync();
        List<(HttpResponseMessage Answer, Stream Body)> open = [];
        for (int n = 0; n < 20; n++)
        {
            HttpResponseMessage answer = await AskAsync(fixture, "/stream?ms=1&n=" + n, true);
            open.Add((answer, await answer.Content.ReadAsStreamAsync()));
        }
        await fixture.OpenedAsync(20);
        int seen = 0;

        Assert.Equal(1, fixture.Connections.Seal(_ => seen++ == 7 ? EndCause.Session : EndCause.None));

        int ended = 0;
        foreach ((HttpResponseMessage answer, Stream body) in open)
        {
            try { await body.ReadExactlyAsync(new byte[100_000]).AsTask().WithinAsync(); }
            catch (Exception error) when (error is HttpRequestException or IOException) { ended++; }
        }
        Assert.Equal(1, ended);
        open.ForEach(one => one.Answer.Dispose());
        await fixture.AllLeftAsync();
    }

    private static Task<HttpResponseMessage> AskAsync(EndingFixture fixture, string path, bool http2)
    {
        HttpRequestMessage request = new(HttpMethod.Get, (http2 ? fixture.Gateway.Http2Url : fixture.Gateway.Url) + path)
            { Version = new(http2 ? 2 : 1, http2 ? 0 : 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return (http2 ? fixture.Http2 : fixture.Gateway.Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WithinAsync();
    }

    /// <summary>A body without end.</summary>
    private sealed class Feed : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            byte[] chunk = Encoding.ASCII.GetBytes(new string('x', 8000));
            while (true)
            {
                await stream.WriteAsync(chunk);
                await stream.FlushAsync();
                await Task.Delay(1);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
