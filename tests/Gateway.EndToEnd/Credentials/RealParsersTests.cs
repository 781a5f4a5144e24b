using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Credentials;

/// <summary>Reading rules 2, 3 and 3a against the parsers themselves: a generator makes names, the real parser says what it would
/// read, and where that is a revoked token under the credential's name, the gateway must have refused the request.</summary>
public sealed class RealParsersTests(ITestOutputHelper output)
{
    private const int Requests = 1500;
    private const int Seed = 20261126;

    private static readonly string[] Pieces =
    [
        "access_token", "access_token", "access_token", "access", "token", "_", "[", "]", "[]", "[0]", "[a]", ".", " ", "+", "-", "%5F",
        "%5B", "%5D", "%255B", "%00", "%20", "%2E",
        "Access", "TOKEN", "0", "C1", "\"", "'", "$", "a", "=", "&", ";", "?", "&amp;", "%26", "%3D", "#", "%23", "x=1&", "y=2;",
    ];

    [Theory]
    [InlineData("php", "parse.php")]
    [InlineData("ruby", "parse.rb")]
    [InlineData("node", "parse.mjs")]
    [InlineData("python3", "parse.py")]
    public async Task What_a_real_parser_reads_as_a_revoked_credential_was_refused(string program, string script)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new("https://idp.example");
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(backend, issuer));
        string token = issuer.Token("alice", "dead-session");
        await gateway.RevokeSessionAsync("dead-session");
        (string Query, string Cookie)[] requests = Generate(token);
        IReadOnlyList<JsonObject> read = await RealParser.ReadAsync(program, script, requests);

        int found = 0;
        for (int at = 0; at < requests.Length; at++)
        {
            int query = await SendAsync(gateway, $"GET /x?{requests[at].Query} HTTP/1.1\r\n", $"query-{at}");
            int cookie = await SendAsync(gateway, $"GET /x HTTP/1.1\r\nCookie: {requests[at].Cookie}\r\n", $"cookie-{at}");
            // Whatever it is refused with: it was judged, or could not be read by anybody.
            if (RealParser.Reads(read[at]["query"], "access_token", token))
            {
                found++;
                Assert.True(query is 400 or 401, $"{program}: ?{requests[at].Query}: {query}");
            }
            if (RealParser.Reads(read[at]["cookie"], "access_token", token))
            {
                found++;
                Assert.True(cookie is 400 or 401, $"{program}: Cookie: {requests[at].Cookie}: {cookie}");
            }
        }

        // And what went on, as it arrived: what was taken out of it has left nothing that now reads as one.
        RecordedRequest[] forwarded = [.. backend.Requests];
        IReadOnlyList<JsonObject> arrived = await RealParser.ReadAsync(program, script,
            [.. forwarded.Select(request => (request.Query.TrimStart('?'), request["Cookie"] ?? ""))]);
        for (int at = 0; at < forwarded.Length; at++)
            foreach (string part in (string[])["query", "cookie"])
                Assert.False(RealParser.Reads(arrived[at][part], "access_token", token),
                    $"{program} reads it in what was forwarded: {forwarded[at].Query} {forwarded[at]["Cookie"]}");

        output.WriteLine($"seed {Seed}: {program} read {found} of {2 * requests.Length} as the credential; each was refused; "
            + $"{forwarded.Length} went on without it");
        Assert.True(found > 30, $"{program} read only {found}");
        Assert.True(forwarded.Length > 30, $"only {forwarded.Length} went on");
    }

    private static (string Query, string Cookie)[] Generate(string token)
    {
        Random random = new(Seed);
        return [.. Enumerable.Range(0, Requests).Select(_ => (Line(forQuery: true), Line(forQuery: false)))];

        string Line(bool forQuery)
        {
            StringBuilder line = new();
            string divider = forQuery ? "&" : "; ";
            for (int part = random.Next(1, 4); part > 0; part--)
            {
                if (line.Length > 0) line.Append(divider);
                for (int piece = random.Next(1, 4); piece > 0; piece--) line.Append(Pieces[random.Next(Pieces.Length)]);
                line.Append('=').Append(random.Next(8) switch { 0 => $"\"{token}\"",
                    1 => token.Replace(".", "%2E", StringComparison.Ordinal), _ => token });
                if (random.Next(6) == 0) line.Append(Pieces[random.Next(Pieces.Length)]);
            }
            // What cannot stand in a request line, and what the server itself refuses there, proves nothing.
            return forQuery ? line.Replace(" ", "%20").Replace("\"", "%22").Replace("#", "%23").ToString() : line.ToString();
        }
    }

    private static async Task<int> SendAsync(GatewayProcess gateway, string head, string number)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(gateway.Url).Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes($"{head}Host: app.example\r\nX-Number: {number}\r\nConnection: close\r\n\r\n"));
        using StreamReader reader = new(stream, Encoding.Latin1);
        string answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        return int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }
}
