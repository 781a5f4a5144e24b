using System.Text.Json.Nodes;

namespace Gateway.Tests.Credentials;

/// <summary>Reading rule 14: a logout that the gateway answers itself must not pass it by under another spelling.</summary>
public sealed class DialectSpellingTests
{
    [Fact]
    public async Task No_other_spelling_of_a_dialects_path_is_forwarded()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        TestIssuer issuer = new("https://idp.example");
        JsonObject settings = GatewaySettings.For(backend, issuer);
        settings.Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "main", ["PathPrefixes"] = new JsonArray("", "/auth") });
        settings.Set("Gateway:Dialects:RocketChat:Realm", "main");
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        string[] spellings =
        [
            "/SESSIONS", "/Sessions", "/sessions/", "//sessions", "/%73essions", "/%2573essions", "/x/..%2fsessions", "/x/..;/sessions",
            "/sessions;a=b", "/sessions%2f", "/./sessions", "/sessions%3fa", "/auth%2fsessions", "/AUTH/sessions", "/sessions.",
            "/sessions%20", "/sessions./", "/auth./sessions",
            "/api/v1/sessions/logout/", "/api/V1/sessions/logout", "/api/v1//sessions/logout", "/api%2fv1/sessions/logout",
            "/api/v1/sessions/%6cogout", "/api\\v1\\sessions\\logout",
        ];
        foreach (string spelling in spellings)
        {
            // The methods that the dialect has there, and one that the proxy would write in capitals.
            foreach (string method in (string[])[spelling.Contains("ogout", StringComparison.OrdinalIgnoreCase) ? "POST" : "DELETE",
                "delete"])
            {
                string answer = await RawAsync(gateway,
                    $"{method} {spelling} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), $"{method} {spelling}: {answer}");
            }
        }
        Assert.Empty(backend.Requests);
        Assert.StartsWith("HTTP/1.1 400", await RawAsync(gateway, "delete /sessions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.Empty(backend.Requests);
        Assert.StartsWith("HTTP/1.1 401", await RawAsync(gateway, "DELETE /sessions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 200", await RawAsync(gateway, "GET /other/sessions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.Single(backend.Requests);
    }

    private static async Task<string> RawAsync(InProcessGateway gateway, string request)
    {
        using System.Net.Sockets.TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(gateway.Url).Port);
        await using System.Net.Sockets.NetworkStream stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(request));
        using StreamReader reader = new(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync().WithinAsync();
    }
}
