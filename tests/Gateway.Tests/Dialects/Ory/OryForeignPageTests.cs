using System.Text.Json.Nodes;

namespace Gateway.Tests.Dialects.Ory;

/// <summary>What a page of another site may do with the cookie of who looks at it.</summary>
public sealed class OryForeignPageTests : IAsyncLifetime
{
    private DialectHost _host = null!;

    public async Task InitializeAsync() => _host = await DialectHost.StartAsync("Ory", change: settings =>
    {
        settings.Set("ReverseProxy:Routes:app:CorsPolicy", "pages");
        settings.Set("Gateway:Cors:pages", new JsonObject
        {
            ["Origins"] = new JsonArray("https://app.example"), ["Methods"] = new JsonArray("DELETE"), ["Headers"] = new JsonArray("*"),
            ["Credentials"] = true,
        });
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("cross-site", "https://evil.example", 403)]
    [InlineData("cross-site", null, 403)]
    [InlineData("odd", "https://evil.example", 403)]
    [InlineData(null, "https://evil.example", 403)]
    [InlineData(null, "null", 403)]
    [InlineData("cross-site", "https://app.example", 200)]
    [InlineData(null, "https://app.example", 200)]
    [InlineData("same-origin", "https://gateway.example", 200)]
    [InlineData("same-site", "https://other.gateway.example", 200)]
    [InlineData("none", null, 200)]
    [InlineData(null, "HOST", 200)]
    [InlineData(null, null, 200)]
    public async Task A_cookie_ends_nothing_for_a_page_of_another_site(string? site, string? origin, int status)
    {
        string user = DialectHost.New("user"), token = await _host.SeenTokenAsync(user, DialectHost.New("session")),
            other = await _host.SeenTokenAsync(user, DialectHost.New("session"));
        void As(HttpRequestMessage request)
        {
            if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
            if (origin is not null)
                request.Headers.Add("Origin", origin == "HOST" ? _host.Gateway.Url : origin);
        }

        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Delete, "/sessions", change: request =>
        {
            request.Headers.Add("Cookie", "ory_kratos_session=" + token);
            As(request);
        });
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 403 ? 200 : 401, await _host.ReachAsync(other));
        // Reading changes nothing, and a token in a header is nobody's but the page's own.
        using HttpResponseMessage read = await _host.SendAsync(HttpMethod.Get, "/sessions/whoami", change: request =>
        {
            request.Headers.Add("Cookie", "ory_kratos_session=" + token);
            As(request);
        });
        Assert.Equal(200, (int)read.StatusCode);
        using HttpResponseMessage program = await _host.SendAsync(HttpMethod.Delete, "/sessions", change: request =>
        {
            request.Headers.Add("X-Session-Token", token);
            As(request);
        });
        Assert.Equal(200, (int)program.StatusCode);
    }
}
