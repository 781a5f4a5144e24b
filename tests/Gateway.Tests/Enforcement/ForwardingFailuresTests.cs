using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Enforcement;

public sealed class ForwardingFailuresTests
{
    [Fact]
    public async Task A_backend_that_is_away_is_told_with_route_cluster_and_destination()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(destination: $"http://127.0.0.1:{FreePort.Take()}/"));

        using HttpResponseMessage answer = await gateway.GetAsync("/page?access_token=very-secret-token");

        Assert.Equal(502, (int)answer.StatusCode);
        await Eventually.TrueAsync(() => Warnings(gateway).Length > 0);
        LogLine line = Assert.Single(Warnings(gateway));
        string body = await answer.Content.ReadAsStringAsync();
        string? trace = (string?)JsonNode.Parse(body)!["traceId"];
        Assert.Equal($"Route app: destination one of cluster app did not serve a request: Request. Trace {trace}", line.Text);
        Assert.Equal("The application cannot be reached, or its answer broke off.", (string?)JsonNode.Parse(body)!["detail"]);
        foreach (string inside in (string[])["127.0.0.1", "cluster", "one", "refused"])
            Assert.DoesNotContain(inside, body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("gateway_requests_refused_total{status=\"502\",cause=\"backend\"} 1",
            await gateway.Management.GetStringAsync("/metrics"));
        Assert.NotNull(line.Exception);
        Assert.DoesNotContain("very-secret-token", gateway.Log.Text);
    }

    [Theory]
    [InlineData("text/html", null, 502, "text/html")]
    [InlineData("application/json", null, 502, "application/problem+json")]
    [InlineData(null, "application/grpc", 200, "application/grpc")]
    public async Task Every_kind_of_client_is_told_in_its_own_form(string? accept, string? content, int status, string expected)
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(destination: $"http://127.0.0.1:{FreePort.Take()}/"));
        HttpRequestMessage request = new(content is null ? HttpMethod.Get : HttpMethod.Post, "/x");
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        if (content is not null) request.Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new(content) } };
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
        Assert.Equal((status, expected), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        if (content is not null) Assert.Equal("14", Assert.Single(answer.Headers.GetValues("grpc-status")));
    }

    [Fact]
    public async Task A_cluster_without_a_destination_is_503()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For().Set("ReverseProxy:Clusters:app:Destinations", new JsonObject()));
        using HttpResponseMessage answer = await gateway.GetAsync("/x");
        Assert.Equal((503, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.NotNull(answer.Headers.RetryAfter);
        await Eventually.TrueAsync(() =>
            gateway.Log.Contains("Route app: destination none of cluster app did not serve a request: NoAvailableDestinations."));
    }

    [Fact]
    public async Task An_address_of_no_route_is_404()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For().Set("ReverseProxy:Routes:app:Match:Path", "/app/{**rest}"));
        using HttpResponseMessage answer = await gateway.GetAsync("/elsewhere");
        Assert.Equal((404, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.DoesNotContain("Refused", gateway.Log.Text);
    }

    [Fact]
    public async Task A_client_whose_own_server_is_away_is_told_so_and_not_sent_elsewhere()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend).Set("ReverseProxy:Clusters:app:SessionAffinity", new JsonObject
        {
            ["Enabled"] = true, ["Policy"] = "HashCookie", ["AffinityKeyName"] = "affinity", ["FailurePolicy"] = "Return503Error",
        });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        using HttpResponseMessage answer = await gateway.Client.SendAsync(
            new(HttpMethod.Get, "/x") { Headers = { { "Cookie", "affinity=of-a-server-that-is-gone" } } });
        Assert.Equal((503, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Empty(backend.Requests);
    }

    [Fact]
    public async Task An_answer_of_the_backend_is_never_replaced()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend));
        foreach (int status in (int[])[401, 404, 500, 502, 503, 504])
        {
            using HttpResponseMessage answer = await gateway.GetAsync($"/status/{status}");
            Assert.Equal((status, null), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
        Assert.Empty(Warnings(gateway));
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_warning()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend));
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
                await backend.WaitForRequestAsync(_ => true);
            }
            await Eventually.TrueAsync(() => backend.Open == 0 && gateway.Get<Gateway.Enforcement.LiveConnections>().Count == 0);
        }
        Assert.Empty(Warnings(gateway));
    }

    [Fact]
    public async Task What_the_gateway_ends_is_no_warning()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend, issuer));
        string token = issuer.Token("alice", "s1");
        Task<HttpResponseMessage>[] open = [.. ((string[])["/hold", "/sse", "/stream"]).Select(path => OpenAsync(gateway, path, token))];
        await Eventually.TrueAsync(() => backend.Open == open.Length);

        await gateway.RevokeSessionAsync("s1");

        await Eventually.TrueAsync(() => backend.Open == 0 && gateway.Get<Gateway.Enforcement.LiveConnections>().Count == 0);
        Assert.Empty(Warnings(gateway));
    }

    private static Task<HttpResponseMessage> OpenAsync(InProcessGateway gateway, string path, string token)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", token);
        return gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static LogLine[] Warnings(InProcessGateway gateway) => [.. gateway.Log.Lines.Where(line => line.Level >= LogLevel.Warning)];
}
