using System.Text.Json.Nodes;
using Gateway.Credentials;

namespace Gateway.Tests.Credentials;

public sealed class TrustedProxiesTests
{
    private static async Task<RecordedRequest> ThroughAsync(string trusted, params (string Name, string Value)[] headers)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend).Set("Gateway:Enforcement:TrustedProxies", new JsonArray(trusted));
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        HttpRequestMessage request = new(HttpMethod.Get, "/x");
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return backend.Requests.Single();
    }

    private static readonly (string, string)[] Said =
        [("X-Forwarded-For", "6.6.6.6, 203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "public.example"),
            ("X-Forwarded-User", "root"), ("X-Original-For", "x")];

    [Fact]
    public async Task Rule_18_a_configured_proxy_is_believed_for_the_client_next_to_it()
    {
        RecordedRequest request = await ThroughAsync("127.0.0.0/8", Said);
        Assert.Equal("203.0.113.9", request["X-Forwarded-For"]);
        Assert.Equal("https", request["X-Forwarded-Proto"]);
        Assert.Equal("public.example", request["X-Forwarded-Host"]);
        Assert.Equal("root", request["X-Forwarded-User"]);
        Assert.Null(request["X-Original-For"]);
    }

    [Fact]
    public async Task Rule_18_anybody_else_is_not()
    {
        RecordedRequest request = await ThroughAsync("10.0.0.1", Said);
        Assert.Equal("127.0.0.1", request["X-Forwarded-For"]);
        Assert.Equal("http", request["X-Forwarded-Proto"]);
        Assert.DoesNotContain("public.example", request["X-Forwarded-Host"]);
        Assert.Null(request["X-Forwarded-User"]);
    }

    [Theory]
    [InlineData("10.0.0.1", true), InlineData("10.0.0.0/8", true), InlineData("::1", true), InlineData("fd00::/8", true),
        InlineData("10.0.0.0/33", false), InlineData("proxy.example", false), InlineData("", false)]
    public void Addresses_and_networks_are_read(string text, bool good) => Assert.Equal(good, TrustedProxies.Parse(text) is not null);
}
