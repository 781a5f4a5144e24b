using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Enforcement;

public sealed class RefusalTests
{
    [Fact]
    public async Task Every_kind_of_client_is_refused_in_its_own_form_and_the_backend_hears_nothing()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Set("Gateway:Realms:main:SignInUrl", "https://idp.example/login"), http2: true);
        string token = issuer.Token();
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/before", token)).StatusCode);
        await gateway.RevokeSessionAsync("session-1");
        backend.Forget();

        using (HttpResponseMessage program = await gateway.GetAsync("/x", token))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
            Assert.Equal("Bearer error=\"invalid_token\"", program.Headers.WwwAuthenticate.ToString());
            Assert.Equal("no-store", program.Headers.CacheControl?.ToString());
            string body = await program.Content.ReadAsStringAsync();
            Assert.Equal(401, (int?)JsonNode.Parse(body)!["status"]);
            foreach (string secret in (string[])["session-1", "alice", "revoked", "test"])
                Assert.DoesNotContain(secret, body, StringComparison.OrdinalIgnoreCase);
        }

        using (HttpResponseMessage browser = await SendAsync(gateway.Client, token, gateway.Url + "/x",
            request => request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml")))
        {
            Assert.Equal(HttpStatusCode.Redirect, browser.StatusCode);
            Assert.Equal($"https://idp.example/login?rd={Uri.EscapeDataString(gateway.Url + "/x")}",
                browser.Headers.GetValues("Location").Single());
        }

        using (HttpResponseMessage script = await SendAsync(gateway.Client, token, gateway.Url + "/x", request =>
        {
            request.Headers.Accept.ParseAdd("text/html");
            request.Headers.Add("Sec-Fetch-Mode", "cors");
        }))
            Assert.Equal(HttpStatusCode.Unauthorized, script.StatusCode);

        foreach ((string type, Version version) in ((string, Version)[])[("application/grpc", new(2, 0)),
            ("application/grpc+proto", new(2, 0)), ("application/grpc-web+proto", new(1, 1))])
            using (HttpResponseMessage grpc = await SendAsync(gateway.Client, token,
                (version.Major == 2 ? gateway.Http2Url : gateway.Url) + "/grpc.Test/Unary", request =>
            {
                request.Method = HttpMethod.Post;
                request.Version = version;
                request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
                request.Content = new ByteArrayContent(new byte[5]);
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            }))
            {
                Assert.Equal(HttpStatusCode.OK, grpc.StatusCode);
                Assert.Equal("16", Assert.Single(grpc.Headers.GetValues("grpc-status")));
                Assert.Equal(type, grpc.Content.Headers.ContentType?.ToString());
            }
        Assert.Empty(backend.Requests);
    }

    [Fact]
    public async Task A_request_without_any_credential_is_challenged_plainly_on_a_required_route()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("Session", "Required")));
        using HttpResponseMessage answer = await gateway.GetAsync("/x");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Empty(backend.Requests);
    }

    [Fact]
    public async Task The_backend_is_told_who_it_is_and_never_what_a_client_says()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("ForwardIdentity", "true")));

        await SendAsync(gateway.Client, issuer.Token("ålice 100%", "s/1"), gateway.Url + "/x",
            request => request.Headers.Add("X-Session-Id", "forged"));
        await SendAsync(gateway.Client, null, gateway.Url + "/y", request => request.Headers.Add("X-Session-Subject", "forged"));

        RecordedRequest known = backend.Requests.Single(request => request.Path == "/x");
        Assert.Equal(("s/1", "%C3%A5lice%20100%25", "main"), (known["X-Session-Id"], known["X-Session-Subject"], known["X-Session-Realm"]));
        Assert.Null(backend.Requests.Single(request => request.Path == "/y")["X-Session-Subject"]);
    }

    [Theory]
    [InlineData("Reject", 503)]
    [InlineData("Serve", 200)]
    public async Task A_stale_node_does_what_the_route_says(string whenStale, int expected)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        Fence fence = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("WhenStale", whenStale)), fence);
        string revoked = issuer.Token(session: "gone");
        await gateway.RevokeSessionAsync("gone");
        fence.Up = true;

        using HttpResponseMessage answer = await gateway.GetAsync("/x", issuer.Token());
        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(expected == 503, answer.Headers.RetryAfter is not null);
        // It never forgets what it knows.
        using HttpResponseMessage known = await gateway.GetAsync("/x", revoked);
        Assert.Equal(expected == 503 ? 503 : 401, (int)known.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string? token, string url, Action<HttpRequestMessage> change)
    {
        HttpRequestMessage request = new(HttpMethod.Get, url);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        change(request);
        return client.SendAsync(request);
    }
}
