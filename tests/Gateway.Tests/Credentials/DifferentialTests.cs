using Xunit.Abstractions;

namespace Gateway.Tests.Credentials;

/// <summary>Whatever the gateway forwards, no careless backend finds a revoked session in it, and none finds a session that
/// the gateway did not check.</summary>
public sealed class DifferentialTests(ReadingHost host, ITestOutputHelper output) : IClassFixture<ReadingHost>
{
    // With GATEWAY_LONG_TESTS a night's worth, from another seed each time.
    private static readonly int Rounds = LongFactAttribute.Wanted ? 200_000 : 5_000;
    private const int MostShown = 25;

    private static readonly int Seed = LongFactAttribute.Wanted ? Environment.TickCount : 20261121;

    private static readonly string[] Schemes = ["Bearer ", "bearer ", "BEARER ", "Bearer  ", "Bearer\t", "Bearer", "", "Token ", "JWT ",
        "Basic ", "Bearer Bearer ", "Bearer: ", "Bearer \"", "Digest x=\"", "token=", "Bearer,", "Negotiate "];
    private static readonly string[] Ends = ["", "", "", "", " ", ",", ";", "=", "\"", ", Bearer x", " x", "%20", ".", "\t"];
    private static readonly string[] CookieNames = ["access_token", "access_token", "access_token", "Access_Token", "ACCESS_TOKEN",
        "access%5ftoken", "access%255ftoken", " access_token", "access_token ", "\"access_token\"", "access.token", "access_token[]", "x",
        "xaccess_token", "sid_key", "SID_KEY", "access%5Ftoken%20", "$access_token", "access+token"];
    private static readonly string[] Joins = ["; ", ";", ",", " ", "&", "; ; ", "\t; ", ", ", ";\t"];
    private static readonly string[] QueryJoins = ["&", "&", "&&", ";", "?", "#", "%26", "%3B", "%2526", "&amp;"];
    private static readonly string[] HeaderNames = ["Authorization", "Authorization", "authorization", "AUTHORIZATION", "X-Api-Key",
        "X_Api_Key", "x-api_key", "Cookie", "Cookie", "Proxy-Authorization", "X-Other", "X-HTTP-Method-Override"];
    private static readonly string[] Paths = ["/x", "/x", "/required/x", "/main-only/x", "/keys-only/x", "/x;access_token=REVOKED",
        "/x%3faccess_token=REVOKED", "/x%253faccess_token%3dREVOKED", "/x/access_token=REVOKED", "/identity/x"];

    [Fact]
    public async Task No_careless_backend_finds_a_session_that_was_not_checked()
    {
        int seed = Seed;
        Random random = new(seed);
        int forwarded = 0, withSession = 0, refused = 0;
        List<string> holes = [];
        for (int round = 0; round < Rounds; round++)
        {
            string target = Fill(Pick(Paths)) + Query();
            string[] headers = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Header())];
            bool isHttp2 = round % 2 == 1;
            Outcome outcome = isHttp2 ? await OverHttp2Async(target, headers) : await host.SendAsync(target, headers);
            if (round % 500 == 0) host.Backend.Forget();
            string sent = Named($"seed {seed}, round {round}, {(isHttp2 ? "HTTP/2" : "HTTP/1.1")}: {target}\n"
                + $"{string.Join('\n', headers)}\nforwarded: {outcome.Forwarded?.Target} "
                + string.Join(", ", outcome.Forwarded?.Headers.Select(header => $"{header.Key}: {header.Value}") ?? []));
            Assert.True(isHttp2 || outcome.Status is 200 or (>= 400 and < 500), sent);
            if (!outcome.IsForwarded)
            {
                refused++;
                continue;
            }
            forwarded++;
            HashSet<string> sessions = LenientBackends.Sessions(outcome.Forwarded!);
            if (sessions.Any(session => session != "live-session")
                || LenientBackends.Keys(outcome.Forwarded!).Contains(ReadingHost.RevokedKey)) holes.Add(sent);
            if (holes.Count == MostShown) break;
            Assert.True(outcome.Forwarded!.Headers.Count(
                header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)) <= 1, sent);
            if (sessions.Count > 0) withSession++;
        }
        output.WriteLine($"seed {seed}: {forwarded} forwarded, {withSession} of them with the live session, {refused} refused");
        Assert.True(holes.Count == 0, string.Join("\n\n", holes));
        Assert.True(withSession > 20 && refused > 100);

        string Named(string text)
        {
            foreach ((string token, string name) in (ReadOnlySpan<(string, string)>)[(host.Good, "GOOD"), (host.Revoked, "REVOKED")])
                text = text.Replace(token, name).Replace(token.Replace(".", "%2E"), name + "(%2E)")
                    .Replace(token.Replace(".", "%2e"), name + "(%2e)").Replace(token.Replace(".", "%252e"), name + "(%252e)")
                    .Replace(Convert.ToBase64String(System.Text.Encoding.Latin1.GetBytes("user:" + token)), $"BASE64(user:{name})")
                    .Replace(token.Replace('-', '+'), name + "(+)");
            return text;
        }

        // Field by field: a Cookie header for each crumb, and nothing that a client library would mend.
        async Task<Outcome> OverHttp2Async(string target, string[] headers)
        {
            string number = "http2-" + Guid.NewGuid();
            await RawHttp2.ExchangeAsync(host.Gateway.Http2Url, flags: 5,
                [(":method", "GET"), (":scheme", "http"), (":path", target), (":authority", "app.example"),
                    .. headers.Select(header => header.Split(": ", 2)).Select(header => (header[0].ToLowerInvariant(), header[1])),
                    ("x-number", number)]);
            return new(0, "") { Forwarded = host.Backend.Requests.FirstOrDefault(request => request["X-Number"] == number) };
        }

        // Mostly as it should be, so that much gets through to the backends, with one oddity or two.
        string Pick(string[] from) => random.Next(10) < 7 ? from[0] : from[random.Next(from.Length)];

        string Token()
        {
            string token = random.Next(20) switch { < 14 => host.Good, < 18 => host.Revoked, 18 => ReadingHost.RevokedKey,
                _ => "some-key" };
            return random.Next(40) switch
            {
                0 =>
                    token + "=", 1 => token.Replace(".", "%2E"), 2 => Uri.EscapeDataString(token.Replace(".", "%2e")),
                    3 => token.Replace('-', '+'),
                4 =>
                    "\"" + token + "\"", 5 => token[..(token.Length / 2)] + " " + token[(token.Length / 2)..], 6 => token + token[..3],
                    7 => token.Replace("d", "%64"), _ => token,
            };
        }

        string Header()
        {
            string name = HeaderNames[random.Next(HeaderNames.Length)];
            return name switch
            {
                "Cookie" =>
                    "Cookie: " + string.Join(Pick(Joins),
                        Enumerable.Range(0, random.Next(1, 4))
                            .Select(_ => Pick(CookieNames) + Pick(["=", "=", "=", " = ", "", "=="]) + Token())),
                "X-HTTP-Method-Override" => name + ": DELETE",
                _ when name.Contains("pi", StringComparison.OrdinalIgnoreCase) =>
                    name + ": " + (random.Next(2) == 0 ? "some-key" : Token()) + Pick(Ends),
                _ => name + ": " + Pick(Schemes) + Maybe64(Token()) + Pick(Ends),
            };
        }

        string Maybe64(string token)
            => random.Next(30) == 0 ? Convert.ToBase64String(System.Text.Encoding.Latin1.GetBytes("user:" + token)) : token;

        string Query()
            => random.Next(3) > 0 ? "" : "?"
                + string.Join(Pick(QueryJoins),
                    Enumerable.Range(0, random.Next(1, 4)).Select(_ => Escape(Pick(CookieNames)) + "=" + Escape(Token())));

        // A request line holds no spaces and quotes as they are.
        string Escape(string text) => text.Replace(" ", "%20").Replace("\"", "%22").Replace("\t", "%09");

        string Fill(string text) => text.Replace("REVOKED", host.Revoked);
    }
}
