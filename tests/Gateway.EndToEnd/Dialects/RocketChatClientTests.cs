using System.Text.Json.Nodes;
using Gateway.TwoFactor;

namespace Gateway.EndToEnd.Dialects;

/// <summary>Rocket.Chat's own client against a cluster; users are enrolled from the command line while it runs.</summary>
public sealed class RocketChatClientTests(RocketChatCluster cluster) : IClassFixture<RocketChatCluster>
{
    private string Admin(string user, string session)
        => cluster.Issuer.Token(user, session, claims => claims["roles"] = new JsonArray("admin"));

    private async Task<bool> ReachesAsync(GatewayProcess node, string token)
    {
        int before = cluster.Backend.Requests.Count;
        using HttpRequestMessage request = new(HttpMethod.Get, "/app");
        request.Headers.Add("X-Auth-Token", token);
        using HttpResponseMessage answer = await node.Client.SendAsync(request);
        bool reached = cluster.Backend.Requests.Count > before;
        Assert.Equal(reached ? 200 : 401, (int)answer.StatusCode);
        return reached;
    }

    // Runs the client; each challenge is answered with what the function makes of it.
    private static async Task<(string Word, JsonNode Value, List<JsonNode> Challenges)> LogoutAsync(GatewayProcess node, string user,
        string token, string session, Func<JsonNode, Task<string>> answer)
    {
        await using ChildProcess client = NodeScript.Start("rocketchat.mjs", node.Url, user, token, session);
        List<JsonNode> challenges = [];
        while (true)
        {
            await Eventually.TrueAsync(() => client.HasExited || Words(client, "CHALLENGE").Count > challenges.Count,
                what: "the client asks for a code or ends");
            if (Words(client, "CHALLENGE").Count <= challenges.Count) break;
            challenges.Add(Words(client, "CHALLENGE")[challenges.Count]);
            await client.TypeAsync(await answer(challenges[^1]));
        }
        Assert.Equal(0, await client.ExitAsync());
        string last = client.Output.Split('\n')
            .Last(line => line.StartsWith("RE", StringComparison.Ordinal) || line.StartsWith("FAILED", StringComparison.Ordinal));
        return (last.Split(' ')[0], JsonNode.Parse(last[last.IndexOf(' ')..])!, challenges);
    }

    private static List<JsonNode> Words(ChildProcess client, string word)
        => [.. client.Output.Split('\n').Where(line => line.StartsWith(word + " ", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line[word.Length..])!)];

    private async Task<string> CommandAsync(params string[] words)
    {
        (int code, string output) = await GatewayProcess.CommandAsync(cluster.One.Folder.Path,
            ["two-factor", .. words, "--config", cluster.One.ConfigFile]);
        Assert.True(code == 0, output);
        return output;
    }

    private async Task EnrolPasswordAsync(string user, string password)
    {
        await using ChildProcess enrol = ChildProcess.Start("dotnet",
            [GatewayProcess.Program, "two-factor", "enroll", "--realm", "main", "--user", user, "--method", "password", "--config",
                cluster.One.ConfigFile], cluster.One.Folder.Path);
        await enrol.TypeAsync(password);
        Assert.Equal(0, await enrol.ExitAsync());
    }

    private async Task<AuthenticatorApp> EnrolTotpAsync(string user)
    {
        await using ChildProcess enrol = ChildProcess.Start("dotnet",
            [GatewayProcess.Program, "two-factor", "enroll", "--realm", "main", "--user", user, "--config", cluster.One.ConfigFile],
            cluster.One.Folder.Path);
        await enrol.WaitForOutputAsync("█"); // the QR code follows the URI
        AuthenticatorApp app = AuthenticatorApp.Scan(enrol.Output);
        await enrol.TypeAsync(Code(app, 0));
        Assert.Equal(0, await enrol.ExitAsync());
        Assert.Contains("Backup codes", enrol.Output);
        return app;
    }

    // As apps show it.
    private static string Code(AuthenticatorApp app, int later) => app.Code(DateTimeOffset.UtcNow, later).Insert(3, " ");

    [Fact]
    public async Task A_password_ends_a_session_on_every_node()
    {
        string alice = cluster.Issuer.Token("alice", "alices-phone"), other = cluster.Issuer.Token("alice", "alices-laptop");
        Assert.True(await ReachesAsync(cluster.One, alice));
        Assert.True(await ReachesAsync(cluster.Two, other));
        await EnrolPasswordAsync("carol", "correct-horse");

        string carol = Admin("carol", "carols");
        var (word, result, challenges) = await LogoutAsync(cluster.Two, "carol", carol, "alices-phone",
            _ => Task.FromResult(Codes.PasswordDigest("correct-horse")));
        Assert.Equal("RESULT", word);
        Assert.Equal("""{"sessionId":"alices-phone","success":true}""", result.ToJsonString());
        Assert.Equal("password", (string?)Assert.Single(challenges)["method"]);
        Assert.False(await ReachesAsync(cluster.One, alice));
        Assert.False(await ReachesAsync(cluster.Two, alice));
        Assert.True(await ReachesAsync(cluster.One, other));

        // Within the window nothing is asked, on whichever node; an unknown session is the vendor's 404.
        (word, result, challenges) = await LogoutAsync(cluster.One, "carol", carol, "nobodys", _ => Task.FromResult(""));
        Assert.Equal(("REFUSED", 404, "Session not found"), (word, (int)result["status"]!, (string)result["body"]!["error"]!));
        Assert.Empty(challenges);
    }

    [Fact]
    public async Task A_mailed_code_ends_a_session_after_a_wrong_one()
    {
        string bob = cluster.Issuer.Token("bob", "bobs-phone");
        Assert.True(await ReachesAsync(cluster.One, bob));
        await CommandAsync("enroll", "--realm", "main", "--user", "dave", "--method", "email", "--email", "dave@example.org");
        var (word, result, challenges) = await LogoutAsync(cluster.One, "dave", Admin("dave", "daves"), "bobs-phone", async challenge =>
        {
            string code = await cluster.Mail.CodeAsync();
            return (bool?)challenge["invalidAttempt"] == true ? code : code == "000000" ? "000001" : "000000";
        });
        Assert.Equal(("RESULT", "bobs-phone"), (word, (string)result["sessionId"]!));
        Assert.Equal(["email", "email"], challenges.Select(challenge => (string)challenge["method"]!));
        Assert.Equal("dave@example.org", (string?)challenges[0]["emailOrUsername"]);
        JsonNode mail = Assert.Single(cluster.Mail.Mails);
        Assert.Equal((true, true, "gateway.example.org"), ((bool)mail["tls"]!, (bool)mail["authenticated"]!, (string)mail["greeted"]!));
        Assert.Contains("From: Example Chat <chat@example.org>", (string)mail["text"]!);
        Assert.False(await ReachesAsync(cluster.Two, bob));
        string said = cluster.One.Output + cluster.Two.Output;
        foreach (string secret in (string[])[await cluster.Mail.CodeAsync(), "mail-token", "mail-secret"])
            Assert.DoesNotContain(secret, said);
    }

    [Fact]
    public async Task An_authenticators_code_counts_once_in_the_whole_cluster_until_it_is_removed()
    {
        string erin = cluster.Issuer.Token("erin", "erins-phone"), laptop = cluster.Issuer.Token("erin", "erins-laptop");
        Assert.True(await ReachesAsync(cluster.One, erin));
        Assert.True(await ReachesAsync(cluster.One, laptop));
        AuthenticatorApp app = await EnrolTotpAsync("frank");
        string code = Code(app, +1);
        var (word, _, challenges) = await LogoutAsync(cluster.One, "frank", Admin("frank", "first"), "erins-phone",
            _ => Task.FromResult(code));
        Assert.Equal(("RESULT", "totp"), (word, (string)Assert.Single(challenges)["method"]!));
        Assert.False(await ReachesAsync(cluster.Two, erin));

        string second = Admin("frank", "second");
        (word, _, challenges) = await LogoutAsync(cluster.Two, "frank", second, "erins-laptop",
            challenge => Task.FromResult((bool?)challenge["invalidAttempt"] == true ? "" : code));
        Assert.Equal("FAILED", word);
        Assert.Equal(2, challenges.Count);
        Assert.True(await ReachesAsync(cluster.Two, laptop));

        Assert.Contains("main\tfrank\ttotp", await CommandAsync("list"));
        await CommandAsync("remove", "--realm", "main", "--user", "frank");
        (word, _, challenges) = await LogoutAsync(cluster.Two, "frank", second, "erins-laptop", _ => Task.FromResult(""));
        Assert.Equal("RESULT", word);
        Assert.Empty(challenges);
        Assert.False(await ReachesAsync(cluster.One, laptop));
    }

    [Fact]
    public async Task Without_Redis_nobody_is_logged_out_and_nobody_passes_the_second_factor()
    {
        string gina = cluster.Issuer.Token("gina", "ginas-phone");
        Assert.True(await ReachesAsync(cluster.One, gina));
        await EnrolPasswordAsync("henry", "correct-horse");
        string henry = Admin("henry", "henrys");
        Assert.True(await ReachesAsync(cluster.One, henry));
        await cluster.Redis.Kill9Async();
        var (word, result, _) = await LogoutAsync(cluster.One, "henry", henry, "ginas-phone",
            _ => Task.FromResult(Codes.PasswordDigest("correct-horse")));
        Assert.Equal(("REFUSED", 503, "error-service-unavailable"), (word, (int)result["status"]!, (string)result["body"]!["errorType"]!));
        await cluster.Redis.RestartAsync();
        await cluster.One.ReadyAsync();
        await cluster.Two.ReadyAsync();
        Assert.True(await ReachesAsync(cluster.Two, gina));
    }
}
