using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Gateway.Tests.Management;

/// <summary>
/// Random and mutated requests, byte by byte: whatever comes, the answer is a 2xx or a 4xx and never a 5xx or a stack trace.
/// </summary>
public sealed class ManagementFuzzTests(ITestOutputHelper output)
{
    private const int Requests = 1500;

    private static readonly string[] Paths =
    [
        "/v1/revocations", "/v1/revocations/preview", "/v1/revocations/01a1fd80-0000-7000-8000-000000000000", "/v1/sessions",
        "/v1/sessions/main/a", "/v1/audit", "/v1/nodes",
        "/healthz", "/readyz", "/metrics", "/openapi/v1.json", "/", "/v1", "/v1/two-factor/main/alice",
        "/v1/two-factor/main/alice/totp/confirm", "/admin/sessions", "/admin/identities/a/sessions",
    ];

    private static readonly string[] Bodies =
    [
        """{"session":"s1"}""", """{"subject":"u","before":"2026-01-01T00:00:00Z","exceptSession":"x","reason":"r"}""",
        """{"token":"eyJhbGciOiJIUzI1NiJ9.e30.x"}""",
        """{"everything":true,"expires":"2030-01-01T00:00:00Z"}""", """{"client":"\ud800"}""", """{"session":1e400}""",
        """{"password":"x","code":"123456","address":"a@b"}""", "null", "", "{\"a\":",
    ];

    private static readonly string[] Pieces = ["%00", "%2F", "%zz", "..", "//", "?count=-1", "?count=99999999999999999999", "?after=x",
        "?wait=%F0%9F", "&&", "\0", "\"", "\u00e9", "{}", "\\", ";", "?realm=main&realm=x", "%ED%A0%80", "?search=%00",
        "?from=0001-01-01T00:00:00Z", "?until=9999-12-31T23:59:59Z"];

    [Fact]
    public async Task Nothing_a_client_sends_is_a_5xx()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}, {Requests} requests");
        Random random = new(seed);
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer));
        Dictionary<string, int> statuses = [];
        for (int i = 0; i < Requests; i++)
        {
            byte[] request = Make(random);
            string answer = await SendAsync(new Uri(gateway.ManagementUrl), request);
            string status = answer.Split(' ') is [_, { Length: 3 } code, ..] ? code : "none";
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            // HTTP itself asks for 501 and 505.
            Assert.False(status[0] == '5' && status is not ("501" or "505") || answer.Contains("   at ", StringComparison.Ordinal),
                $"seed {seed}, request {i}:\n{Encoding.Latin1.GetString(request)}\n\n{answer}");
        }
        output.WriteLine(string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.True(statuses.GetValueOrDefault("400") > 0 && statuses.Count > 4);
        Assert.DoesNotContain(gateway.Log.Lines,
            line => line.Exception is not null && line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    private static byte[] Make(Random random)
    {
        string Pick(string[] from) => from[random.Next(from.Length)];
        string path = Pick(Paths) + (random.Next(3) == 0 ? Pick(Pieces) : "") + (random.Next(6) == 0 ? "/" + Pick(Pieces) : "");
        string body = Pick(Bodies);
        StringBuilder head = new(
            $"{Pick(["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"])} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        if (random.Next(8) != 0) head.Append($"Authorization: Bearer {GatewaySettings.ManagementKey}\r\n");
        if (random.Next(5) != 0)
            head.Append(
                $"Content-Type: {Pick(["application/json", "application/json; charset=utf-16", "text/plain", "application/json;;", "\u0001"])}\r\n");
        if (random.Next(6) == 0) head.Append($"Idempotency-Key: {Pick(["a", "", new string('x', 300), "\u00e9"])}\r\n");
        if (random.Next(8) == 0) head.Append("Last-Event-ID: x/1\r\n");
        head.Append($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        byte[] bytes = Encoding.UTF8.GetBytes(head.ToString());
        for (int flips = random.Next(4) == 0 ? random.Next(1, 4) : 0; flips > 0; flips--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static async Task<string> SendAsync(Uri to, byte[] request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(to.Host, to.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request);
        client.Client.Shutdown(SocketShutdown.Send);
        using MemoryStream answer = new();
        try { await stream.CopyToAsync(answer).WithinAsync(TimeSpan.FromSeconds(60)); }
        catch (IOException) { /* the gateway may reset what is no HTTP */ }
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
