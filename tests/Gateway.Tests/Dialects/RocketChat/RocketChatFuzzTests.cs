using System.Net.Sockets;
using System.Text;
using Gateway.TwoFactor;
using Xunit.Abstractions;

namespace Gateway.Tests.Dialects.RocketChat;

/// <summary>Random and mutated bodies, queries and headers, sent byte by byte over a socket so that no client cleans them
/// up: never a 5xx, and never a token or a code in the log.</summary>
public sealed class RocketChatFuzzTests(SharedRocketChat shared, ITestOutputHelper output) : IClassFixture<SharedRocketChat>
{
    private const int Calls = 1500;
    private const string Password = "a-password-that-only-this-test-knows";

    private static readonly string[] Bodies =
    [
        """{"sessionId":"known"}""", """{"sessionId":"unknown"}""", """{"sessionId":12.5e-3}""", """{"sessionId":"\ud83d\ude00\u0000"}""",
        """[{"sessionId":{}}]""", "sessionId=known&x[y]=z%zz%", "",
    ];

    private static readonly string[] Paths =
    [
        "POST logout", "POST logout.me", "GET list?offset=1&count=2&filter=a", "GET list?sort=%7B%22loginAt%22:1%7D",
        "GET list.all?sort=%7B%22_user.name%22:-1,%22device.os.name%22:1%7D",
        "GET info?sessionId=known", "GET info.admin?sessionId=known&&=&a=%", "GET list?count=1e400&offset=-9999999999999999999",
    ];

    [Fact]
    public async Task Nothing_a_client_sends_makes_it_stumble_or_talk()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        RocketChatFixture chat = shared.Chat;
        await chat.SeeAsync("alice", "known");
        await chat.EnrolPasswordAsync("carol", Password);
        string[] codes = [Codes.PasswordDigest(Password), Codes.PasswordDigest("wrong"), "123456", "abcdefgh", "", new('9', 300)];
        Dictionary<int, int> statuses = [];
        for (int i = 0; i < Calls; i++)
        {
            string[] call = Paths[random.Next(Paths.Length)].Split(' ');
            byte[] body = Mutated(random, Encoding.UTF8.GetBytes(Bodies[random.Next(Bodies.Length)]), 3);
            string token = random.Next(4) == 0 ? Text(random, chat.Admin) : chat.Admin,
                user = random.Next(8) == 0 ? Text(random, "carol") : "carol";
            string type = Pick("application/json", "application/x-www-form-urlencoded", "text/plain",
                Text(random, "application/json; charset=utf-16"));
            string target = random.Next(3) == 0 ? Target(random, call[1]) : call[1];
            StringBuilder head = new();
            head.Append(
                $"{call[0]} /api/v1/sessions/{target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Length: {body.Length}\r\n");
            head.Append(
                $"X-Auth-Token: {token}\r\nX-User-Id: {user}\r\nContent-Type: {type}\r\nX-2fa-Code: {Pick(codes)}\r\nX-2fa-Method: {Pick("password", "totp", "email", Text(random, "totp"))}\r\n");
            if (random.Next(3) == 0) head.Append($"User-Agent: {Text(random, RocketChatFixture.UserAgent)}\r\n");
            int status = await SendAsync(new Uri(chat.Gateway.Url).Port, [.. Encoding.Latin1.GetBytes(head + "\r\n"), .. body]);
            Assert.True(status < 500, $"seed {seed}, call {i}: {status} to {call[0]} {target}");
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }
        output.WriteLine(
            $"{Calls} calls, seed {seed}: {string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value} "
                + "times"))}");
        Assert.Contains(200, statuses.Keys);
        Assert.Contains(400, statuses.Keys);
        Assert.Contains(401, statuses.Keys);
        string log = chat.Gateway.Log.Text;
        foreach (string secret in (string[])[chat.Admin, chat.Admin.Split('.')[2], codes[0], codes[1], Password])
            Assert.DoesNotContain(secret, log);

        string Pick(params string[] from) => from[random.Next(from.Length)];
    }

    // What HTTP itself allows in a header, so that it is the dialect and not the server that has to cope.
    private static string Text(Random random, string from)
        => new([.. Mutated(random, Encoding.ASCII.GetBytes(from), 4).Select(b => b is > 32 and < 127 ? (char)b : '~')]);

    private static string Target(Random random, string from)
    {
        int query = from.IndexOf('?');
        return query < 0
            ? from + "?" + Text(random, "sessionId=known")
            : from[..query] + "?" + Text(random, from[(query + 1)..]).Replace('#', '_');
    }

    private static byte[] Mutated(Random random, byte[] bytes, int most)
    {
        List<byte> result = [.. bytes];
        for (int left = random.Next(most + 1); left > 0; left--)
        {
            int at = random.Next(result.Count + 1);
            switch (random.Next(4))
            {
                case 0: result.Insert(at, (byte)random.Next(256)); break;
                case 1 when at < result.Count: result.RemoveAt(at); break;
                case 2 when at < result.Count: result[at] ^= (byte)(1 << random.Next(8)); break;
                default: result.InsertRange(at, result.Take(random.Next(result.Count + 1)).ToArray()); break;
            }
        }
        return [.. result];
    }

    private static async Task<int> SendAsync(int port, byte[] request)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request);
        using StreamReader reader = new(stream, Encoding.Latin1);
        string? line = await reader.ReadLineAsync();
        return line is null ? 0 : int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
