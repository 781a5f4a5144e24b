using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Configuration;

namespace Gateway.Tests.Credentials;

/// <summary>
/// Header values outside ASCII, byte for byte: what is sent, what the backend gets, what it answers, what the client gets.
/// </summary>
public sealed class HeaderEncodingTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private RawBackend _backend = null!;
    private string _got = "", _answers = "";

    public Task InitializeAsync()
    {
        _backend = new(async (client, stop) =>
        {
            _got = await RawBackend.ReadHeadersAsync(client, stop);
            byte[] answer = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{_answers}Content-Length: 2\r\nConnection: close\r\n\r\nok");
            await client.WriteAsync(answer, stop);
        });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    private JsonObject Settings(string? cluster, string? kestrel)
    {
        JsonObject settings = GatewaySettings.For(null, _issuer, destination: _backend.Url);
        if (cluster is not null)
            settings.Set("ReverseProxy:Clusters:app:HttpClient",
                new JsonObject { ["RequestHeaderEncoding"] = cluster, ["ResponseHeaderEncoding"] = cluster });
        if (kestrel is not null)
            settings.Set("Kestrel:RequestHeaderEncoding", kestrel).Set("Kestrel:ResponseHeaderEncoding", kestrel);
        return settings;
    }

    // One character of a string is a byte here. What it writes in UTF-8 stands as the bytes do.
    private static string Bytes(string utf8) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(utf8));

    private static async Task<string> SendAsync(InProcessGateway gateway, string headers)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(gateway.Url).Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(
            $"GET /a HTTP/1.1\r\nHost: app.example\r\n{headers}Connection: close\r\n\r\n"));
        using MemoryStream all = new();
        await client.GetStream().CopyToAsync(all).WithinAsync();
        return Encoding.Latin1.GetString(all.ToArray());
    }

    [Theory]
    [InlineData("utf-8", "São Paulo", "über")]
    [InlineData("iso-8859-1", null, null)]
    [InlineData(null, "São Paulo", "über")]
    public async Task Every_byte_goes_on_in_both_directions_whether_an_encoding_is_named_or_not(
        string? encoding, string? city, string? cookie)
    {
        string place = city is null ? "S\u00e3o Paulo \u00ff" : Bytes(city), other = cookie is null ? "\u00fcber" : Bytes(cookie);
        _answers = $"Content-Disposition: attachment; filename=\"{other}.pdf\"\r\nSet-Cookie: name={place}\r\n";
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(Settings(encoding, encoding));
        string good = _issuer.Token(session: "good");
        string answer = await SendAsync(gateway, $"CF-IPCity: {place}\r\nCookie: other={other}; access_token={good}; last={place}\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer);
        Assert.Contains($"\r\nCF-IPCity: {place}\r\n", _got);
        Assert.Contains($"\r\nCookie: other={other}; access_token={good}; last={place}\r\n", _got);
        Assert.Contains($"\r\nContent-Disposition: attachment; filename=\"{other}.pdf\"\r\n", answer);
        Assert.Contains($"\r\nSet-Cookie: name={place}\r\n", answer);

        // A credential beside it is judged as ever: one that does not verify is taken out and leaves the others as they came.
        string expired = _issuer.Token(session: "old", change: claims => claims["exp"] = 1_000_000_000);
        await SendAsync(gateway, $"Cookie: other={other}; access_token={expired}; last={place}\r\n");
        Assert.Contains($"\r\nCookie: other={other}; last={place}\r\n", _got);
        await gateway.RevokeSessionAsync("good");
        Assert.StartsWith("HTTP/1.1 401", await SendAsync(gateway, $"Cookie: other={other}; access_token={good}; last={place}\r\n"));
        // In a credential's own header ASCII stays the rule.
        Assert.StartsWith("HTTP/1.1 400", await SendAsync(gateway, $"Authorization: Bearer {other}\r\n"));
    }

    [Theory]
    [InlineData("utf-99", "utf-99", "Kestrel:RequestHeaderEncoding")]
    [InlineData("utf-16", "utf-8", "Kestrel:RequestHeaderEncoding")]
    [InlineData(null, "utf-8", "Set Kestrel:ResponseHeaderEncoding to the same")]
    [InlineData("utf-8", "iso-8859-1", "Set Kestrel:RequestHeaderEncoding to the same")]
    public async Task A_name_that_is_none_and_half_of_a_setting_stop_the_start(string? kestrel, string cluster, string complaint)
        => Assert.Contains(complaint, (await Assert.ThrowsAsync<InvalidConfigurationException>(async () =>
        {
            await using InProcessGateway gateway = await InProcessGateway.StartAsync(Settings(cluster, kestrel));
        })).Message);
}
