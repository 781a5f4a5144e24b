using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Realms.Jwt;

namespace Gateway.EndToEnd.Management;

/// <summary>An administrator's token stands under the same promise on the management listener as everywhere (rule R19).</summary>
public sealed class AdministratorTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new(key: new TestKey("ES256"));
    private TestBackend _backend = null!;
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _gateway = await GatewayProcess.StartAsync(GatewaySettings.For(_backend, _issuer));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task The_other_spelling_of_a_revoked_token_is_refused_and_undoes_nothing()
    {
        string token = Administrator("carol", "c1"), twin = EcdsaTwin.Of(token, "ES256")!;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/v1/sessions", token));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/v1/sessions", twin));
        string id = (string)(await _gateway.RevokeAsync(new() { ["realm"] = "main", ["token"] = token }))["id"]!;

        foreach (string spelling in (string[])[token, twin])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Get, "/v1/sessions", spelling));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Delete, "/v1/revocations/" + id, spelling));
        }
        using HttpResponseMessage answer = await _gateway.GetAsync("/x", twin);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_call_whose_caller_is_ended_before_it_is_answered_gets_no_answer_and_does_nothing()
    {
        const string body = """{"realm":"main","session":"victim"}""";
        foreach (string path in (string[])["/v1/revocations/preview", "/v1/revocations"])
        {
            string session = "c2" + path, slow = Administrator("carol", session);
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, new Uri(_gateway.ManagementUrl).Port);
            await using NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {slow}\r\nContent-Type: "
                    + $"application/json\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"));
            using StreamReader reader = new(stream, Encoding.ASCII);
            // The call waits for its body: the caller was let in.
            Assert.StartsWith("HTTP/1.1 100", await reader.ReadLineAsync().WithinAsync());
            await _gateway.RevokeSessionAsync(session);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(body));
            string answer = await reader.ReadToEndAsync().WithinAsync();
            Assert.StartsWith("HTTP/1.1 401", answer.TrimStart());
            Assert.DoesNotContain("victim", answer);
        }
        JsonNode list = JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/revocations?target=victim"))!;
        Assert.Empty(list["items"]!.AsArray());
    }

    [Fact]
    public async Task The_event_feed_ends_with_its_session_and_goes_on_for_others()
    {
        using HttpResponseMessage feed = await FeedAsync(_gateway, Administrator("carol", "c3")),
            other = await FeedAsync(_gateway, Administrator("dave", "d3"));
        using StreamReader reader = new(await feed.Content.ReadAsStreamAsync()), stays = new(await other.Content.ReadAsStreamAsync());
        Assert.Equal(": the feed begins", await reader.ReadLineAsync().WithinAsync());
        Assert.Equal(": the feed begins", await stays.ReadLineAsync().WithinAsync());
        await _gateway.RevokeSessionAsync("c3");

        string rest = await reader.ReadToEndAsync().WithinAsync();
        Assert.EndsWith("event: session-ended\ndata: session ended\n\n", rest);
        Assert.DoesNotContain("event: revocation", rest);
        string told = "";
        while (!told.Contains("c3", StringComparison.Ordinal))
            told = await stays.ReadLineAsync().WithinAsync() ?? throw new EndOfStreamException();
    }

    [Fact]
    public async Task An_administrator_who_ends_himself_is_told_so()
    {
        string token = Administrator("erin", "e1");
        using HttpRequestMessage request = new(HttpMethod.Post, _gateway.ManagementUrl + "/v1/revocations")
            { Content = JsonContent.Create(new { realm = "main", subject = "erin" }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await _gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(1, (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["enforced"]!["nodes"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Get, "/v1/sessions", token));
    }

    private string Administrator(string subject, string session)
        => _issuer.Token(subject, session, claims => claims["roles"] = new JsonArray("admin"));

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string token)
    {
        using HttpRequestMessage request = new(method, _gateway.ManagementUrl + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await _gateway.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> FeedAsync(GatewayProcess gateway, string token)
    {
        HttpRequestMessage request = new(HttpMethod.Get, gateway.ManagementUrl + "/v1/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
