using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dialects.Zitadel.Messages;
using Gateway.Tests.Dialects.Zitadel;
using Google.Protobuf;
using Xunit.Abstractions;

namespace Gateway.Tests.Dialects;

/// <summary>Random and mutated bodies, frames and headers: never a 5xx, never a log line with a token in it.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 250;

    [Fact]
    public async Task No_body_makes_a_dialect_stumble_or_talk()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        await using DialectHost host = await DialectHost.StartAsync("Zitadel",
            change: settings => settings["Gateway"]!["Dialects"]!["Ory"] = new JsonObject { ["Realm"] = "main" }, http2: true);
        string secret = host.Token("user", "secret-session");
        List<string> tokens = [secret, secret[..(secret.Length / 2)]];
        await host.SeenTokenAsync("user", "seen");
        ZitadelWire wire = new(host.Gateway.Url, host.Gateway.Http2Url);
        string[] methods = ["DeleteSession", "GetSession", "ListSessions"];
        int sent = 0;
        Dictionary<int, int> answers = [];

        // One that is whole, while the session that it names still lives.
        Count((await wire.SendRawAsync("application/grpc", "GetSession",
            ZitadelWire.Frame(0, new GetSessionRequest { SessionId = "seen" }.ToByteArray()), host.Token("user", "current", admin: true)))
            .Code);

        for (int round = 0; round < Rounds; round++)
        {
            // A round may end its caller's session: the next one has its own.
            string caller = host.Token("user", "current" + round, admin: true);
            tokens.Add(caller);
            foreach (string protocol in ZitadelWire.Protocols)
            {
                string method = methods[random.Next(methods.Length)];
                byte[] body = Body(random, Message(random, protocol, method, secret),
                    framed: protocol.StartsWith("application/grpc", StringComparison.Ordinal));
                WireAnswer answer = await wire.SendRawAsync(protocol, method, body, caller, change: request =>
                {
                    if (random.Next(4) == 0)
                        request.Headers.TryAddWithoutValidation("grpc-encoding", Pick(random, "gzip", "identity", "br", ""));
                    if (random.Next(4) == 0)
                        request.Headers.TryAddWithoutValidation("grpc-timeout", Pick(random, "1n", "99999999999H", "x"));
                });
                Assert.InRange((int)answer.Http.StatusCode, 200, 499);
                Assert.True(answer.Code is 0 or 3 or 5 or 7 or 8 or 12 or 16, $"{answer.Code} {answer.Message}");
                Count(answer.Code);
            }
            foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Delete, "/v2/sessions/" + Id(random)),
                (HttpMethod.Post, "/v2beta/sessions/search"), (HttpMethod.Delete, "/self-service/logout/api"),
                (HttpMethod.Delete, "/sessions"), (HttpMethod.Get, "/sessions?page_token=" + Id(random) + "&page_size=" + Id(random)) })
            {
                byte[] body = Body(random,
                    Encoding.UTF8.GetBytes(new JsonObject { [Pick(random, "sessionToken", "session_token", "queries", "query")] = secret }
                        .ToJsonString()), framed: false);
                using HttpResponseMessage answer = await host.SendAsync(method, path,
                    body: method == HttpMethod.Get ? null : new ByteArrayContent(body), change: request =>
                {
                    request.Headers.TryAddWithoutValidation("Authorization", Mutate(random, "Bearer " + caller));
                    if (random.Next(2) == 0) request.Headers.TryAddWithoutValidation("X-Session-Token", Mutate(random, secret));
                    if (random.Next(2) == 0)
                        request.Headers.TryAddWithoutValidation("Cookie", Mutate(random, "ory_kratos_session=" + secret));
                    if (random.Next(3) == 0)
                        request.Headers.TryAddWithoutValidation("Content-Type",
                            Pick(random, "application/json", "text/plain", "application/x-www-form-urlencoded", "x"));
                });
                Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {(int)answer.StatusCode}");
                Count((int)answer.StatusCode);
            }
        }
        output.WriteLine(
            $"{sent} calls: {string.Join(", ", answers.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}×{pair.Value}"))}");
        string log = host.Gateway.Log.Text;
        foreach (string token in tokens) Assert.DoesNotContain(token, log, StringComparison.Ordinal);
        // It reached the parsers' good ends too, not only their refusals.
        Assert.True(answers.GetValueOrDefault(0) > 0 && answers.GetValueOrDefault(3) > 0);

        void Count(int code)
        {
            sent++;
            answers[code] = answers.GetValueOrDefault(code) + 1;
        }
    }

    private static byte[] Message(Random random, string protocol, string method, string secret)
    {
        IMessage message = method switch
        {
            "DeleteSession" =>
                new DeleteSessionRequest { SessionId = Pick(random, "seen", "secret-session", "unknown", ""),
                    SessionToken = Pick(random, secret, "", "x") },
            "GetSession" =>
                new GetSessionRequest { SessionId = Pick(random, "seen", "secret-session", "unknown"),
                    SessionToken = Pick(random, secret, "") },
            _ => new ListSessionsRequest
            {
                Query = new() { Limit = (uint)random.Next(), Offset = (ulong)random.NextInt64(), Asc = random.Next(2) == 0 },
                Queries =
                    {
                        new SearchQuery { CreationDateQuery =
                            new() { CreationDate = new() { Seconds = random.NextInt64(), Nanos = random.Next() },
                                Method = (TimestampQueryMethod)random.Next(-2, 9) } } },
                SortingColumn = (SessionFieldName)random.Next(-1, 3),
            },
        };
        if (!protocol.EndsWith("json", StringComparison.Ordinal)) return message.ToByteArray();
        try { return Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(message)); }
        catch (InvalidOperationException) { return "{\"query\":{\"limit\":4294967296}}"u8.ToArray(); }
    }

    private static byte[] Body(Random random, byte[] message, bool framed)
    {
        byte[] body = [.. message];
        if (random.Next(5) == 0) body = Junk(random, 300);
        else if (random.Next(2) == 0) Damage(random, ref body);
        if (!framed) return body;
        body = ZitadelWire.Frame((byte)(random.Next(6) == 0 ? random.Next(256) : 0), body);
        if (random.Next(3) == 0) Damage(random, ref body);
        return body;
    }

    private static void Damage(Random random, ref byte[] body)
    {
        for (int times = random.Next(1, 4); times > 0 && body.Length > 0; times--)
        {
            int at = random.Next(body.Length);
            switch (random.Next(4))
            {
                case 0: body[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: body = [.. body[..at], .. Junk(random, 8), .. body[at..]]; break;
                case 2: body = [.. body[..at], .. body[Math.Min(body.Length, at + random.Next(1, 9))..]]; break;
                default: body = body[..at]; break;
            }
        }
    }

    private static string Mutate(Random random, string value)
    {
        if (random.Next(3) > 0) return value;
        char[] characters = value.ToCharArray();
        for (int times = random.Next(1, 4); times > 0; times--) characters[random.Next(characters.Length)] = (char)random.Next(0x21, 0x7f);
        return new string(characters);
    }

    private static string Id(Random random) => random.Next(3) switch
    {
        0 => "seen",
        1 => Uri.EscapeDataString(new string([.. Enumerable.Range(0, random.Next(1, 220)).Select(_ => (char)random.Next(0x20, 0x2000))])),
        _ => Convert.ToHexString(Junk(random, 30)) + "x",
    };

    private static byte[] Junk(Random random, int most)
    {
        byte[] bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];
}
