using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Credentials;

/// <summary>
/// A gateway with a backend, for requests written byte for byte. Realm <c>main</c> has JWTs in Authorization, in the cookie
/// and the query parameter <c>access_token</c>; realm <c>keys</c> has opaque tokens in <c>X-Api-Key</c> and the cookie
/// <c>sid_key</c>. Routes: everything is Optional; <c>/required</c>, <c>/ignore</c>, <c>/main-only</c> and <c>/keys-only</c>
/// say it in their names; <c>/Admin</c> is Required too.
/// </summary>
public sealed class ReadingHost : IAsyncLifetime
{
    private int _number;

    internal TestIssuer Issuer { get; } = new("https://idp.example");
    internal TestBackend Backend { get; private set; } = null!;
    internal InProcessGateway Gateway { get; private set; } = null!;

    /// <summary>A live token and one of a revoked session.</summary>
    public string Good { get; private set; } = "";
    public string Revoked { get; private set; } = "";

    /// <summary>One of a session that lives, which does not verify any more.</summary>
    public string Expired { get; private set; } = "";
    public const string RevokedKey = "revoked-opaque-key-1";

    public async Task InitializeAsync()
    {
        Backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(Backend, Issuer);
        settings.Set("Gateway:Realms:keys", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Api-Key" }, new JsonObject { ["Cookie"] = "sid_key" }),
            ["Opaque"] = new JsonObject(),
        });
        AddRoute(settings, "required", "/required/{**rest}", ("Session", "Required"));
        AddRoute(settings, "admin", "/Admin/{**rest}", ("Session", "Required"));
        AddRoute(settings, "ignore", "/ignore/{**rest}", ("Session", "Ignore"));
        AddRoute(settings, "main-only", "/main-only/{**rest}", ("Session", "Required"), ("Realms", "main"));
        AddRoute(settings, "keys-only", "/keys-only/{**rest}", ("Session", "Required"), ("Realms", "keys"));
        AddRoute(settings, "refuse-invalid", "/refuse-invalid/{**rest}", ("OnInvalid", "Refuse"));
        AddRoute(settings, "removed", "/removed/{**rest}");
        settings.Set("ReverseProxy:Routes:removed:Transforms", new JsonArray(new JsonObject { ["PathRemovePrefix"] = "/removed" }));
        AddRoute(settings, "prefixed", "/prefixed/{**rest}");
        settings.Set("ReverseProxy:Routes:prefixed:Transforms", new JsonArray(new JsonObject { ["PathPrefix"] = "/in front" }));
        AddRoute(settings, "patterned", "/patterned/{**rest}");
        settings.Set("ReverseProxy:Routes:patterned:Transforms", new JsonArray(new JsonObject { ["PathPattern"] = "/new/{**rest}" }));
        AddRoute(settings, "identity", "/identity/{**rest}", ("Session", "Required"), ("ForwardIdentity", "true"));
        Gateway = await InProcessGateway.StartAsync(settings, http2: true);
        Good = Issuer.Token("alice", "live-session");
        Revoked = Issuer.Token("alice", "dead-session");
        Expired = Issuer.Token("alice", "old-session", change: claims => claims["exp"] = 1_000_000_000);
        await Gateway.RevokeSessionAsync("dead-session");
        await Gateway.RevokeAsync(new() { ["realm"] = "keys", ["token"] = RevokedKey });
    }

    public async Task DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Backend.DisposeAsync();
    }

    /// <summary>Sends one request as written: each line a header, none added but Host, a number to find it by, and Connection.</summary>
    public Task<Outcome> SendAsync(string target, params string[] headers) => SendBytesAsync($"GET {target} HTTP/1.1", headers);

    public async Task<Outcome> SendBytesAsync(string requestLine, IEnumerable<string> headers)
    {
        string number = Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture);
        List<string> lines = [requestLine, .. headers];
        if (!lines.Exists(line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase))) lines.Add("Host: app.example");
        if (!lines.Exists(line => line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))) lines.Add("Connection: close");
        lines.Add("X-Number: " + number);
        string body = lines.Exists(line => line.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase)) ? "0\r\n\r\n" : "";
        string answer = await RawAsync(string.Join("\r\n", lines) + "\r\n\r\n" + body);
        int status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture)
            : 0;
        return new(status, answer) { Forwarded = Backend.Requests.FirstOrDefault(request => request["X-Number"] == number) };
    }

    private async Task<string> RawAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(Gateway.Url).Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        byte[] buffer = new byte[16 * 1024];
        StringBuilder answer = new();
        using CancellationTokenSource limit = new(Eventually.Deadline);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, limit.Token)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
                if (IsWhole(answer.ToString())) break;
            }
        }
        catch (IOException)
        {
            // The server closed while we were still sending: what there is of an answer has come.
        }
        return answer.ToString();
    }

    // Enough where the server keeps the connection: the head, and as much body as it announces.
    private static bool IsWhole(string answer)
    {
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        int at = answer.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0 || at > end) return answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        int length = int.Parse(answer.AsSpan(at + 16, answer.AsSpan(at + 16).IndexOf('\r')), CultureInfo.InvariantCulture);
        return answer.Length - end - 4 >= length;
    }

    private static void AddRoute(JsonObject settings, string name, string path, params (string Name, string Value)[] metadata)
    {
        JsonObject route = new() { ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = path }, ["Metadata"] = new JsonObject() };
        foreach ((string key, string value) in metadata) route["Metadata"]![key] = value;
        settings.Set("ReverseProxy:Routes:" + name, route);
    }
}
