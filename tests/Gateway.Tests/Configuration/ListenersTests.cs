using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Configuration;

public sealed class ListenersTests
{
    [Fact]
    public async Task With_endpoints_configured_the_management_listener_is_still_there_and_clear_text_http2_works()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend), http2: true);
        using HttpClient http2 = new() { DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using HttpResponseMessage answer = await http2.GetAsync(gateway.Http2Url + "/two");
        using HttpResponseMessage old = await gateway.GetAsync("/one");
        using HttpResponseMessage management = await gateway.Management.GetAsync("/v1/nodes");

        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], [answer.StatusCode, old.StatusCode, management.StatusCode]);
        Assert.Empty(management.Headers.Server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Headers_of_100_KB_are_431_on_both_listeners(bool management)
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For());
        Uri to = new(management ? gateway.ManagementUrl : gateway.Url);
        using TcpClient client = new();
        await client.ConnectAsync(to.Host, to.Port);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {new string('x', 100 * 1024)}\r\n\r\n"));
        byte[] answer = new byte[1024];
        int read = await client.GetStream().ReadAtLeastAsync(answer, 100, throwOnEndOfStream: false).AsTask().WithinAsync();

        string text = Encoding.ASCII.GetString(answer, 0, read);
        Assert.StartsWith("HTTP/1.1 431", text);
        Assert.Contains("application/problem+json", text);
    }

    [Fact]
    public async Task An_IPv4_client_of_a_socket_for_both_families_is_named_as_IPv4()
    {
        int port = FreePort.Take();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Set("Kestrel:Endpoints:Both", new JsonObject { ["Url"] = $"http://[::]:{port}" }),
            http2: true);
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{port}/");
        request.Headers.Authorization = new("Bearer", issuer.Token("alice", "s1"));

        await gateway.Client.SendAsync(request);

        Assert.Equal("127.0.0.1", Assert.Single(backend.Requests)["X-Forwarded-For"]);
        JsonNode sessions = (await gateway.Management.GetFromJsonAsync<JsonNode>("/v1/sessions"))!;
        Assert.Equal("127.0.0.1", (string?)sessions["items"]![0]!["address"]);
    }

    [Fact]
    public async Task A_provider_that_is_away_does_not_stop_the_start_and_readyz_says_so()
    {
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer, discovery: true));
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage ready = await gateway.Management.GetAsync("/readyz");
            return (int)ready.StatusCode == 503 && (await ready.Content.ReadAsStringAsync()).Contains("Realm main");
        });
        await issuer.StartAsync();
        await Eventually.TrueAsync(async () => (await gateway.Management.GetAsync("/readyz")).IsSuccessStatusCode);
    }
}
