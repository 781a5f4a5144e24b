using System.Text.Json.Nodes;
using Gateway.Configuration;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Http;

public sealed class CorsTests : IAsyncLifetime
{
    private const string Page = "https://app.example";

    private TestBackend _backend = null!;
    private TestIssuer _issuer = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _issuer = new();
    }

    public async Task DisposeAsync()
    {
        await _issuer.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task A_route_answers_by_its_policy_and_refusals_carry_its_headers()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(Settings("pages"));

        using HttpResponseMessage preflight = await PreflightAsync(gateway, Page);
        Assert.Equal(204, (int)preflight.StatusCode);
        Assert.Equal((Page, "true", "600"),
            (Header(preflight, "Access-Control-Allow-Origin"), Header(preflight, "Access-Control-Allow-Credentials"),
                Header(preflight, "Access-Control-Max-Age")));
        Assert.Contains("PUT", Header(preflight, "Access-Control-Allow-Methods"));
        Assert.Empty(_backend.Requests);

        using HttpResponseMessage refused = await SendAsync(gateway, HttpMethod.Get, Page);
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal((Page, "true"), (Header(refused, "Access-Control-Allow-Origin"), Header(refused, "Access-Control-Allow-Credentials")));

        using HttpResponseMessage good = await SendAsync(gateway, HttpMethod.Get, Page, _issuer.Token());
        Assert.Equal((200, Page), ((int)good.StatusCode, Header(good, "Access-Control-Allow-Origin")));

        using HttpResponseMessage stranger = await SendAsync(gateway, HttpMethod.Get, "https://evil.example");
        Assert.Equal((401, null), ((int)stranger.StatusCode, Header(stranger, "Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("https://*.app.example", "https://a.app.example", true)]
    [InlineData("https://*.app.example", "https://app.example", false)]
    [InlineData("*", "https://anywhere.example", true)]
    public async Task Origins_may_be_a_domain_or_everybody(string allowed, string origin, bool expected)
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(Settings("pages")
            .Set("Gateway:Cors:pages:Origins", new JsonArray(allowed)).Set("Gateway:Cors:pages:Credentials", false));
        using HttpResponseMessage refused = await SendAsync(gateway, HttpMethod.Get, origin);
        Assert.Equal(expected ? allowed == "*" ? "*" : origin : null, Header(refused, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_policy_called_Default_is_for_the_routes_that_say_so_and_for_no_other()
    {
        JsonObject settings = Settings("Default");
        settings.Set("Gateway:Cors:Default", settings["Gateway"]!["Cors"]!["pages"]!.DeepClone());
        settings.Set("ReverseProxy:Routes:other",
            new JsonObject { ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = "/other" } });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        using HttpResponseMessage mine = await SendAsync(gateway, HttpMethod.Get, Page);
        Assert.Equal(Page, Header(mine, "Access-Control-Allow-Origin"));
        using HttpResponseMessage other = await SendAsync(gateway, HttpMethod.Get, Page, path: "/other");
        Assert.Null(Header(other, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("Forward", 200)]
    [InlineData("Check", 401)]
    public async Task A_preflight_that_the_application_answers_needs_no_credential(string? preflight, int expected)
    {
        JsonObject settings = GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"));
        if (preflight is not null) settings.Route(("Preflight", preflight));
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);

        using HttpResponseMessage asked = await PreflightAsync(gateway, Page);
        Assert.Equal(expected, (int)asked.StatusCode);
        Assert.Equal(expected == 200 ? 1 : 0, _backend.Requests.Count);
        // What only looks like one is a request like any other.
        using HttpResponseMessage options = await SendAsync(gateway, HttpMethod.Options, Page);
        Assert.Equal(401, (int)options.StatusCode);
        using HttpResponseMessage get = await SendAsync(gateway, HttpMethod.Get, Page, change: request
            => request.Headers.Add("Access-Control-Request-Method", "PUT"));
        Assert.Equal(401, (int)get.StatusCode);
    }

    [Theory]
    [InlineData("ReverseProxy:Routes:app:CorsPolicy", "nobody",
        "there is no policy 'nobody'; write it under Gateway:Cors:nobody. Configured: pages.")]
    [InlineData("ReverseProxy:Routes:app:CorsPolicy", "Default", "there is no policy 'Default'")]
    [InlineData("ReverseProxy:Routes:app:AuthorizationPolicy", "Default", "would guard nothing")]
    [InlineData("ReverseProxy:Routes:app:AuthorizationPolicy", "admins", "would guard nothing")]
    [InlineData("ReverseProxy:Routes:app:RateLimiterPolicy", "Default", "would limit nothing")]
    [InlineData("ReverseProxy:Routes:app:RateLimiterPolicy", "some", "would limit nothing")]
    [InlineData("Gateway:Cors:pages:Origins:0", "https://app.example/", "is no origin")]
    [InlineData("Gateway:Cors:pages:Origins:0", "app.example", "is no origin")]
    [InlineData("Gateway:Cors:pages:Origins:0", "*", "every page in the world")]
    [InlineData("Gateway:Cors:pages:Methods:0", "P U T", "is no method")]
    [InlineData("Gateway:Cors:pages:MaxAge", "2.00:00:00", "out of range")]
    [InlineData("Gateway:Cors:pages:ExposedHeaders:0", "X", "is not a known key")]
    public void What_would_not_work_is_an_error(string path, string value, string said)
    {
        JsonObject settings = Settings("pages");
        using TempFolder folder = new();
        InvalidConfigurationException error = Assert.Throws<InvalidConfigurationException>(() =>
        {
            WebApplication app = GatewayHost.Build([$"--{path}={value}"],
                configurationFile: folder.Write("gateway.json", settings.ToJsonString()));
            ((IDisposable)app).Dispose();
        });
        Assert.Contains(said, error.Message);
    }

    [Theory]
    [InlineData("ReverseProxy:Routes:app:AuthorizationPolicy", "Anonymous")]
    [InlineData("ReverseProxy:Routes:app:CorsPolicy", "Disable")]
    [InlineData("ReverseProxy:Routes:app:RateLimiterPolicy", "Disable")]
    public async Task What_switches_off_is_none(string path, string value)
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(Settings("pages").Set(path, value));
        using HttpResponseMessage answer = await SendAsync(gateway, HttpMethod.Get, Page, _issuer.Token());
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private JsonObject Settings(string policy) => GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"))
        .Set("ReverseProxy:Routes:app:CorsPolicy", policy)
        .Set("Gateway:Cors:pages", new JsonObject
        {
            ["Origins"] = new JsonArray(Page), ["Methods"] = new JsonArray("PUT"), ["Headers"] = new JsonArray("X-Api"),
                ["Credentials"] = true, ["MaxAge"] = "00:10:00",
        });

    private static Task<HttpResponseMessage> PreflightAsync(InProcessGateway gateway, string origin)
        => SendAsync(gateway, HttpMethod.Options, origin, change: request =>
    {
        request.Headers.Add("Access-Control-Request-Method", "PUT");
        request.Headers.Add("Access-Control-Request-Headers", "x-api");
    });

    private static Task<HttpResponseMessage> SendAsync(InProcessGateway gateway, HttpMethod method, string origin, string? token = null,
        string path = "/x", Action<HttpRequestMessage>? change = null)
    {
        HttpRequestMessage request = new(method, path) { Headers = { { "Origin", origin } } };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        change?.Invoke(request);
        return gateway.Client.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name)
        => answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;
}
