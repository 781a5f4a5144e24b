using Xunit.Abstractions;

namespace Gateway.Tests.Credentials;

/// <summary>Whatever the gateway forwards, no careless backend finds a revoked session in it, and none finds a session that
/// the gateway did not check.</summary>
public sealed class DifferentialTests(ReadingHost host, ITestOutputHelper output) : IClassFixture<ReadingHost>
{
    private const int Rounds = 2000;

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
        const int seed = 20261121;
        Random random = new(seed);
        int forwarded = 0, withSession = 0, refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            string target = Fill(Pick(Paths)) + Query();
            string[] headers = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Header())];
            Outcome outcome = await host.SendAsync(target, headers);
            string sent = $"seed {seed}, round {round}: {target}\n{string.Join('\n', headers)}\n{outcome.Answer}";
            Assert.True(outcome.Status is 200 or (>= 400 and < 500), sent);
            if (!outcome.IsForwarded)
            {
                refused++;
                continue;
            }
            forwarded++;
            HashSet<string> sessions = LenientBackends.Sessions(outcome.Forwarded!);
            Assert.True(sessions.All(session => session == "live-session"), sent);
            Assert.True(!LenientBackends.Keys(outcome.Forwarded!).Contains(ReadingHost.RevokedKey), sent);
            Assert.True(outcome.Forwarded!.Headers.Count(
                header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)) <= 1, sent);
            if (sessions.Count > 0) withSession++;
        }
        output.WriteLine($"seed {seed}: {forwarded} forwarded, {withSession} of them with the live session, {refused} refused");
        Assert.True(withSession > 20 && refused > 100);

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
