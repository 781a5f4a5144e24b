using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Gateway.EndToEnd.Enforcement;

public sealed class RealClientsTests(RealClientsFixture fixture) : IClassFixture<RealClientsFixture>
{
    private readonly string _session = "session-" + Guid.NewGuid().ToString("N");

    private string Token => fixture.Issuer.Token("alice", _session);

    private string WebSocketUrl => fixture.Gateway.Url.Replace("http", "ws");

    [Fact]
    public async Task Dotnet_ClientWebSocket_sees_the_code_and_the_reason_and_another_session_goes_on()
    {
        using ClientWebSocket socket = await ConnectAsync(Token);
        using ClientWebSocket other = await ConnectAsync(fixture.Issuer.Token("alice", "other-" + _session));
        await EchoAsync(socket, "one");
        await EchoAsync(other, "one");

        await fixture.Gateway.RevokeSessionAsync(_session);

        byte[] buffer = new byte[1000];
        WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, CancellationToken.None).WithinAsync();
        Assert.Equal(WebSocketMessageType.Close, got.MessageType);
        Assert.Equal(4401, (int?)socket.CloseStatus);
        Assert.Equal("session ended", socket.CloseStatusDescription);
        await EchoAsync(other, "two");
    }

    [Fact]
    public async Task Node_ws_with_compression_sees_the_code_and_the_reason()
    {
        await using ChildProcess client = NodeScript.Start("websocket.mjs", WebSocketUrl + "/ws/echo?compress", Token);
        await client.WaitForOutputAsync("open permessage-deflate");

        await fixture.Gateway.RevokeSessionAsync(_session);

        await client.ExitAsync();
        Assert.Contains("closed 4401 session ended", client.Output);

        string again = await NodeScript.RunAsync("websocket.mjs", WebSocketUrl + "/ws/echo", Token);
        Assert.Contains("refused 401", again);
    }

    [Fact]
    public async Task A_browsers_EventSource_gets_the_last_event_and_then_is_refused()
    {
        fixture.Backend.Answer = async context =>
        {
            if (context.Request.Path != "/page") return false;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("""
                <script>
                  window.log = [];
                  const events = new EventSource('/sse?ms=5');
                  events.onmessage = () => { if (log.length === 0) log.push('open'); };
                  events.addEventListener('session-ended', event => log.push('ended ' + event.data));
                  events.onerror = () => { log.push('error ' + events.readyState); };
                </script>
                """);
            return true;
        };
        await using Chromium chromium = await Chromium.StartAsync();
        IBrowserContext context = await chromium.Browser.NewContextAsync();
        await context.AddCookiesAsync([new() { Name = "access_token", Value = Token, Url = fixture.Gateway.Url }]);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(fixture.Gateway.Url + "/page");
        await page.WaitForFunctionAsync("log.length > 0");

        await fixture.Gateway.RevokeSessionAsync(_session);

        // It connects again by itself (state 0), is refused with 401, and then gives up (state 2).
        await page.WaitForFunctionAsync("log.includes('error 2')");
        Assert.Equal(["open", "ended session ended", "error 0", "error 2"], await page.EvaluateAsync<string[]>("log"));
    }

    [Theory]
    [InlineData("ServerStream")]
    [InlineData("BidiStream")]
    [InlineData("HoldUnary")]
    public async Task Grpc_js_sees_status_16(string method)
    {
        fixture.Backend.HoldAgain();
        await using ChildProcess client = NodeScript.Start("grpc.mjs", fixture.Gateway.Http2Url["http://".Length..], Token, method);
        await client.WaitForOutputAsync(method == "HoldUnary" ? "called" : "message");
        if (method == "HoldUnary")
            await fixture.Backend.WaitForRequestAsync(
                request => request.Path == "/grpc.Test/HoldUnary" && request.Authorization is not null);

        await fixture.Gateway.RevokeSessionAsync(_session);

        await client.ExitAsync();
        Assert.Contains("status 16 Unauthorized", client.Output);
    }

    [Fact]
    public async Task Grpc_js_is_refused_with_status_16_on_a_new_call()
    {
        Assert.Contains("status 0", await NodeScript.RunAsync("grpc.mjs", fixture.Gateway.Http2Url["http://".Length..], Token, "Unary"));
        await fixture.Gateway.RevokeSessionAsync(_session);
        Assert.Contains("status 16", await NodeScript.RunAsync("grpc.mjs", fixture.Gateway.Http2Url["http://".Length..], Token, "Unary"));
    }

    [Theory]
    [InlineData("--http1.1", "/download?bytes=500000000&ms=1")]
    [InlineData("--http1.1", "/stream?ms=1")]
    [InlineData("--http2-prior-knowledge", "/download?bytes=500000000&ms=1")]
    [InlineData("--http2-prior-knowledge", "/stream?ms=1")]
    public async Task Curl_gets_an_error_and_not_a_short_file(string version, string path)
    {
        string url = (version == "--http1.1" ? fixture.Gateway.Url : fixture.Gateway.Http2Url) + path + "&for=" + _session;
        await using ChildProcess curl = ChildProcess.Start("curl",
            ["-sS", version, "-o", "/dev/null", "-w", "size %{size_download}\n", "-H", "Authorization: Bearer " + Token, url]);
        await fixture.Backend.WaitForRequestAsync(request => request.Query.Contains(_session));

        await fixture.Gateway.RevokeSessionAsync(_session);

        int code = await curl.ExitAsync();
        Assert.True(code is 18 or 56 or 92, $"curl ended with {code}: {curl.Output}");
    }

    [Fact]
    public async Task Curl_over_Http10_where_the_end_of_the_connection_is_the_end_of_the_file_gets_an_error()
    {
        await using ChildProcess curl = ChildProcess.Start("curl",
            ["-sS", "--http1.0", "-o", "/dev/null", "-H", "Authorization: Bearer " + Token,
                fixture.Gateway.Url + "/stream?ms=1&for=" + _session]);
        await fixture.Backend.WaitForRequestAsync(request => request.Query.Contains(_session));

        await fixture.Gateway.RevokeSessionAsync(_session);

        Assert.NotEqual(0, await curl.ExitAsync());
    }

    [Fact]
    public async Task Of_the_streams_on_one_http2_connection_only_those_of_the_session_end()
    {
        await using ChildProcess client = NodeScript.Start("http2-streams.mjs", fixture.Gateway.Http2Url, Token,
            fixture.Issuer.Token("alice", "other-" + _session), "60");
        await client.WaitForOutputAsync("open");

        await fixture.Gateway.RevokeSessionAsync(_session);

        await client.ExitAsync();
        string[] lines = client.Output.Split('\n');
        Assert.Equal(30, lines.Count(line => line.StartsWith("ended", StringComparison.Ordinal)));
        Assert.All(lines.Where(line => line.StartsWith("ended", StringComparison.Ordinal)), line => Assert.EndsWith("A with 8", line));
        Assert.Contains("others flow 30", lines);
        Assert.DoesNotContain("connection closed", lines);
    }

    [Fact]
    public async Task A_browser_that_navigates_and_a_program_are_refused_in_their_own_ways()
    {
        await fixture.Gateway.RevokeSessionAsync(_session);
        using HttpResponseMessage answer = await fixture.Gateway.GetAsync("/hello", Token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.DoesNotContain(_session, await answer.Content.ReadAsStringAsync());
    }

    private async Task<ClientWebSocket> ConnectAsync(string token)
    {
        ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await socket.ConnectAsync(new Uri(WebSocketUrl + "/ws/echo"), CancellationToken.None);
        return socket;
    }

    private static async Task EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        byte[] buffer = new byte[100];
        WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, CancellationToken.None).WithinAsync();
        Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, got.Count));
    }
}
