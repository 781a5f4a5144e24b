using System.Net;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Cluster;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.EndToEnd.Realms;

/// <summary>ASP.NET Core's own cookie authentication with sliding expiration, behind two nodes of a cluster.</summary>
public sealed class SlidingCookieTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private readonly string _url = $"http://127.0.0.1:{FreePort.Take()}";
    private WebApplication _application = null!;
    private RedisProcess _redis = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection();
        builder.Services.AddAuthorization().AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.SlidingExpiration = true;
            cookie.ExpireTimeSpan = TimeSpan.FromMinutes(20);
            cookie.TimeProvider = _time;
        });
        _application = builder.Build();
        _application.Urls.Add(_url);
        _application.UseAuthentication().UseAuthorization();
        _application.MapGet("/account/in/{user}", (HttpContext context, string user) => context.SignInAsync(new ClaimsPrincipal(
            new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], CookieAuthenticationDefaults.AuthenticationScheme))));
        _application.MapGet("/account/out", (HttpContext context) => context.SignOutAsync());
        _application.MapGet("/me", (HttpContext context) => context.User.Identity!.Name ?? "nobody");
        await _application.StartAsync();
        _redis = await RedisProcess.StartAsync(appendOnly: false);
    }

    public async Task DisposeAsync()
    {
        await _application.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_renewed_cookie_is_of_its_session_on_every_node_and_ends_with_it()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = ClusterSettings.For(_redis.Connection, backend, issuer, lease: "00:00:02");
        settings.Set("ReverseProxy:Clusters:app:Destinations:one:Address", _url + "/");
        settings.Set("ReverseProxy:Routes:sign-in", new JsonObject
        {
            ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = "/account/{**rest}" },
            ["Metadata"] = new JsonObject { ["Session"] = "Ignore" },
        });
        settings.Set("Gateway:Realms", new JsonObject
        {
            ["web"] = new JsonObject
            {
                ["Preset"] = "AspNetCookie", ["Opaque"] = new JsonObject(), ["Lineage"] = new JsonArray("set-cookie"),
            },
        });
        await using InProcessGateway one = await InProcessGateway.StartAsync(settings), two = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(one);
        await ClusterFixture.ReadyAsync(two);
        Browser alice = new(), bob = new();
        await alice.GetAsync(one, "/account/in/alice");
        await bob.GetAsync(two, "/account/in/bob");
        Assert.Equal("alice", await alice.TextAsync(two, "/me"));
        Assert.Equal("bob", await bob.TextAsync(one, "/me"));
        Browser before = alice.Copy();

        _time.Shift = TimeSpan.FromMinutes(11);
        Assert.Equal("alice", await alice.TextAsync(one, "/me"));
        Assert.NotEqual(before.Cookies, alice.Cookies);
        Assert.Equal("alice", await alice.TextAsync(two, "/me"));
        string session = OpaqueRoot(before);
        // What another node has seen comes within a second.
        await Eventually.PassesAsync(async () =>
        {
            JsonArray listed = JsonNode.Parse(await two.Management.GetStringAsync("/v1/sessions?realm=web"))!["items"]!.AsArray();
            Assert.Equal(2, listed.Count);
            Assert.Contains(listed, one => (string)one!["id"]! == session);
        });

        await one.RevokeAsync(new() { ["realm"] = "web", ["session"] = session });
        foreach (InProcessGateway node in (InProcessGateway[])[one, two])
        {
            Assert.Equal(401, (int)await alice.GetAsync(node, "/me"));
            Assert.Equal(401, (int)await before.GetAsync(node, "/me"));
        }
        Assert.Equal("bob", await bob.TextAsync(two, "/me"));
        Browser again = new();
        await again.GetAsync(two, "/account/in/alice");
        Assert.Equal("alice", await again.TextAsync(one, "/me"));
        // The key is of the cluster and outlives a node.
        await two.RestartAsync();
        await ClusterFixture.ReadyAsync(two);
        Assert.Equal("alice", await again.TextAsync(two, "/me"));
        await again.GetAsync(two, "/account/out");
        Assert.DoesNotContain("lineage", again.Cookies);
    }

    private static string OpaqueRoot(Browser browser)
        => browser.Cookies.Split("; ").Single(cookie => cookie.Contains("-lineage=", StringComparison.Ordinal)).Split('=')[1].Split('.')[0];

    /// <summary>A browser's cookies of one host, whichever node it comes to.</summary>
    private sealed class Browser
    {
        private readonly CookieContainer _cookies = new();
        private static readonly Uri Host = new("http://127.0.0.1/");

        public string Cookies => _cookies.GetCookieHeader(Host);

        public Browser Copy()
        {
            Browser copy = new();
            copy._cookies.Add(_cookies.GetAllCookies());
            return copy;
        }

        public async Task<HttpStatusCode> GetAsync(InProcessGateway node, string path) => (await SendAsync(node, path)).StatusCode;

        public async Task<string> TextAsync(InProcessGateway node, string path)
            => await (await SendAsync(node, path)).EnsureSuccessStatusCode().Content.ReadAsStringAsync();

        private async Task<HttpResponseMessage> SendAsync(InProcessGateway node, string path)
        {
            HttpRequestMessage request = new(HttpMethod.Get, path);
            if (Cookies.Length > 0) request.Headers.Add("Cookie", Cookies);
            HttpResponseMessage answer = await node.Client.SendAsync(request);
            if (answer.IsSuccessStatusCode && answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? lines))
                foreach (string line in lines) _cookies.SetCookies(Host, line);
            return answer;
        }
    }
}
