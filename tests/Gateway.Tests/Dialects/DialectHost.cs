using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Cluster;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Dialects;

/// <summary>A gateway that speaks a dialect, a backend behind it and an issuer of its realm's tokens. One serves all tests
/// of a class; each test takes sessions of its own.</summary>
internal sealed class DialectHost : IAsyncDisposable
{
    private static int _number;

    private DialectHost(TestBackend backend, TestIssuer issuer, InProcessGateway gateway)
    {
        Backend = backend;
        Issuer = issuer;
        Gateway = gateway;
    }

    public TestBackend Backend { get; }
    public TestIssuer Issuer { get; }
    public InProcessGateway Gateway { get; }

    /// <param name="dialect">Name of the section under <c>Gateway:Dialects</c>.</param>
    public static async Task<DialectHost> StartAsync(string dialect, JsonObject? options = null, Action<JsonObject>? change = null,
        bool http2 = false, Action<WebApplicationBuilder>? customize = null)
    {
        TestBackend backend = await TestBackend.StartAsync();
        TestIssuer issuer = new("https://idp.test");
        JsonObject section = new() { ["Realm"] = "main" };
        foreach ((string name, JsonNode? value) in options ?? []) section[name] = value?.DeepClone();
        JsonObject settings = GatewaySettings.For(backend, issuer).Set("Gateway:Dialects:" + dialect, section);
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Header"] = "X-Session-Token" });
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Cookie"] = "ory_kratos_session" });
        change?.Invoke(settings);
        InProcessGateway gateway = await InProcessGateway.StartAsync(settings, http2: http2, customize: customize);
        await Eventually.TrueAsync(() => gateway.Get<Lease>().IsUsable);
        return new(backend, issuer, gateway);
    }

    /// <summary>A name that no other test uses.</summary>
    public static string New(string kind) => $"{kind}-{Interlocked.Increment(ref _number)}";

    public string Token(string subject, string session, bool admin = false, Action<JsonObject>? change = null)
        => Issuer.Token(subject, session, claims =>
    {
        if (admin) claims["roles"] = new JsonArray("admin");
        change?.Invoke(claims);
    });

    /// <summary>A session that the gateway has seen in a request to the backend.</summary>
    public async Task<string> SeenTokenAsync(string subject, string session, bool admin = false, Action<JsonObject>? change = null)
    {
        string token = Token(subject, session, admin, change);
        Assert.Equal(200, await ReachAsync(token));
        return token;
    }

    /// <summary>The status of a request to the backend with this token.</summary>
    public async Task<int> ReachAsync(string token)
    {
        using HttpResponseMessage answer = await Gateway.GetAsync("/app", token);
        return (int)answer.StatusCode;
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? bearer = null, HttpContent? body = null,
        Action<HttpRequestMessage>? change = null)
    {
        HttpRequestMessage request = new(method, path) { Content = body };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        change?.Invoke(request);
        return Gateway.Client.SendAsync(request);
    }

    /// <summary>A request byte by byte, for what HttpClient would tidy up.</summary>
    public async Task<(int Status, string Body)> SendRawAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(Gateway.Url).Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using StreamReader reader = new(stream, Encoding.Latin1);
        string answer = await reader.ReadToEndAsync().WithinAsync();
        return (int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture),
            answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Issuer.DisposeAsync();
        await Backend.DisposeAsync();
    }
}
