using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Credentials;

/// <summary>Reading rule 20: what a request costs before anybody is known is linear in its size and small, whatever its shape.</summary>
public sealed class WorkBeforeAuthenticationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int LongPath = 15_000, LongHeader = 30_000, Times = 12;

    // What a request may cost on a machine that does other things as well, with what Kestrel and the answer take.
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(3);

    private const int TimesPlain = 10;

    private static readonly string[] Pieces =
    [
        "%", "%;", "%;%;", "%2F", "%252F", "%2f%5c", "\\", "/", "//", "/.", "/..", "/../", "./", ";", ";a", ";a=b", ";access_token=x", "a;",
        "%3B", "%253b", "%3Baccess_token=", "&", "&a=b", "&a", "&%61ccess_token", "&%2561ccess%255ftoken", "&access[token]", "[", "]", "[]",
        "&access_token[a]", "=", "==", "a=b;", "access_token;", "access_token%3d", "acc%65ss_token=x;", "%61%63%63%65%73%73%5f=x;",
        "%2561%2563%2563%2565%2573%2573=x;", "%u0061ccess_token=x;", "a,", ",access_token=", "\"a", "\"", "'", "a b", "%20", "%2520", ". /",
        " /", "a.b/", "%2e", "%252e/", "%2e%2e/", "%c3%a4", "%25c3%25a4", "a=\"b;c\"; ", "sid_key=\"", "$Version=1; ", "access_tokenC1=a; ",
        "access_token.0=a;", "?", "#", "?a=b", "%3f", "%253Fa%253db", "eyJhbGciOiJSUzI1NiJ9.", "access_token=eyJ.e.y; ", "Bearer ",
        "a=", "+", "%2b", "~", "|", "a;b\\c/", "%5C%3B%2F.", ";%2e", "/;/..", "/%2e;a/", "\u00e9=", "access-token=a;", "ACCESS_TOKEN=b; ",
    ];

    private readonly TestIssuer _issuer = new();
    private TestBackend? _backend;
    private GatewayProcess? _gateway;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(_backend, _issuer);
        settings.Set("Gateway:Realms:keys", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Api-Key" }, new JsonObject { ["Cookie"] = "sid_key" }),
            ["Opaque"] = new JsonObject(),
        });
        settings.Set("Gateway:Realms:chunks", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = "cut", ["Chunked"] = true }), ["Opaque"] = new JsonObject(),
        });
        _gateway = await GatewayProcess.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_backend is not null) await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task No_shape_costs_more_than_a_moment()
    {
        List<(string What, string Request)> shapes = [.. Pieces.SelectMany(Shapes), .. Whole()];
        // What is compiled when it is first used is not the request's doing.
        for (int round = 0; round < 4; round++)
            foreach ((_, string request) in shapes) await SendAsync(request);
        List<(TimeSpan Cost, string What)> costs = [];
        foreach ((string what, string request) in shapes) costs.Add((await CostAsync(request, Times), what));
        foreach ((TimeSpan cost, string what) in costs.OrderByDescending(one => one.Cost).Take(12))
            output.WriteLine($"{cost.TotalMilliseconds:F2} ms: {what}");
        // What one measurement says may be the machine's doing; the dearest are asked again.
        foreach ((TimeSpan cost, string what) in costs.Where(one => one.Cost > Most))
        {
            TimeSpan again = cost, most = Most;
            for (int i = 0; i < 5 && again > most; i++)
            {
                again = await CostAsync(shapes.Single(shape => shape.What == what).Request, Times);
                // A machine whose processor is shared or slow takes longer for everything.
                most = await CostAsync("GET /x HTTP/1.1\r\nHost: a\r\n", Times) * TimesPlain;
                if (most < Most) most = Most;
            }
            Assert.True(again <= most, $"{again.TotalMilliseconds:F2} ms, at most {most.TotalMilliseconds:F2}: {what}");
        }
    }

    private static IEnumerable<(string What, string Request)> Shapes(string piece)
    {
        string shown = piece.Replace("\r", "").Replace("\n", "");
        yield return ($"path {shown}", $"GET /{Repeated(piece.Replace(" ", "%20"), LongPath)} HTTP/1.1\r\nHost: a\r\n");
        yield return ($"query {shown}", $"GET /x?{Repeated(piece.Replace(" ", "%20"), LongPath)} HTTP/1.1\r\nHost: a\r\n");
        yield return ($"cookie {shown}", $"GET /x HTTP/1.1\r\nHost: a\r\nCookie: {Repeated(piece, LongHeader)}\r\n");
        yield return ($"authorization {shown}", $"GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {Repeated(piece, LongHeader)}\r\n");
    }

    // Where what is looked for is far behind what divides.
    private static IEnumerable<(string What, string Request)> Whole()
    {
        foreach (string middle in (string[])["\"", " ", "'", ","])
            yield return ($"cookie a= and many {middle}", $"GET /x HTTP/1.1\r\nHost: a\r\nCookie: a={Repeated(middle, LongHeader)}b\r\n");
        foreach (string many in (string[])["cut=chunks-1;", "cut=chunks-9;", "cut.1=a;"])
            yield return ($"long chunks and many {many}", $"GET /x HTTP/1.1\r\nHost: a\r\n"
                + $"Cookie: cut.0={Repeated("a", 7000)}; cutC1={Repeated("a", 7000)}; {Repeated(many, LongHeader / 2)}\r\n");
    }

    private static string Repeated(string piece, int length) => string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    // Processor time of the gateway for one request, the least of three measurements.
    private async Task<TimeSpan> CostAsync(string request, int times)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            TimeSpan before = ProcessorTime();
            for (int i = 0; i < times; i++) await SendAsync(request);
            TimeSpan cost = (ProcessorTime() - before) / times;
            if (cost < least) least = cost;
        }
        return least;
    }

    private async Task SendAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(_gateway!.Url).Port);
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request + "Connection: close\r\n\r\n"));
            byte[] buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) > 0) { }
        }
        catch (IOException) { /* refused before it was read whole */ }
    }

    private TimeSpan ProcessorTime()
    {
        double nanoseconds = 0;
        foreach (string task in Directory.GetDirectories($"/proc/{_gateway!.Process.Id}/task"))
        {
            try { nanoseconds += double.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0]); }
            catch (IOException) { /* a thread that has just ended */ }
        }
        return TimeSpan.FromMicroseconds(nanoseconds / 1000);
    }
}
