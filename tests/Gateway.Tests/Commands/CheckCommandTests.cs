using System.Text.Json.Nodes;
using Gateway.Commands;

namespace Gateway.Tests.Commands;

public sealed class CheckCommandTests
{
    [Fact]
    public async Task A_good_configuration_is_summed_up_and_nothing_is_opened()
    {
        await using TestIssuer issuer = new();
        using TempFolder folder = new();
        string file = folder.Write("gateway.json", GatewaySettings.For(issuer: issuer).ToJsonString());

        CommandRun run = (await CommandRun.OfAsync(CheckCommand.Create(), "--config", file)).Good();

        Assert.StartsWith($"{file} is good.", run.Output);
        Assert.Contains($"main: Jwt of {issuer.Issuer}", run.Output);
        Assert.Contains("app: {**rest} → app", run.Output);
        Assert.DoesNotContain(GatewaySettings.ManagementKeyHash, run.Output);
        Assert.Empty(run.Error);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task With_a_token_it_says_what_a_logout_of_it_ends()
    {
        await using TestIssuer issuer = new();
        using TempFolder folder = new();
        string file = folder.Write("gateway.json", GatewaySettings.For(issuer: issuer).ToJsonString());
        foreach ((string token, string says) in new[]
        {
            (issuer.Token(session: "s-1"), "tokens of this realm carry a session id"),
            ("Bearer " + issuer.Token(session: null) + "\n", "a refresh passes"), ("nonsense", "not one of its tokens"),
        })
        {
            CommandRun run = await CommandRun.OfAsync(CheckCommand.Create(), "--config", file, "--online", "--token",
                folder.Write("token.txt", token));
            Assert.Contains(says, run.Output);
            Assert.DoesNotContain(token.Replace("Bearer ", "").Trim() is { Length: > 20 } secret ? secret : "\0", run.Output);
        }
        (await CommandRun.OfAsync(CheckCommand.Create(), "--config", file, "--token", folder["token.txt"])).Failed("--online");
    }

    [Fact]
    public async Task With_explain_each_realm_is_printed_as_its_preset_makes_it()
    {
        using TempFolder folder = new();
        JsonObject settings = GatewaySettings.For();
        settings.Set("Gateway:Realms", new JsonObject
        {
            ["main"] = new JsonObject
            {
                ["Preset"] = "Cognito",
                ["Jwt"] = new JsonObject { ["Authority"] = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A", ["Audience"] = "c1" },
            },
            ["other"] = new JsonObject
            {
                ["Preset"] = "Hydra",
                ["Introspection"] = new JsonObject { ["Url"] = "http://127.0.0.1:4445/x", ["ClientId"] = "g", ["ClientSecret"] = "s3cret" },
                ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Other" }),
            },
        });
        string file = folder.Write("gateway.json", settings.ToJsonString());
        CommandRun run = (await CommandRun.OfAsync(CheckCommand.Create(), "--config", file, "--explain")).Good();
        foreach (string part in (string[])["realm main", "\"origin_jti\"", "\"token_use\"", "\"AnyAudience\": true", "realm other",
            "\"/ext/sid\"", "\"ClientSecret\": \"(set)\""]) Assert.Contains(part, run.Output);
        Assert.DoesNotContain("s3cret", run.Output);
    }

    [Fact]
    public async Task Every_error_is_told_with_its_path_and_the_cure()
    {
        using TempFolder folder = new();
        JsonObject settings = GatewaySettings.For().Set("Gateway:Cluster:Leese", "x").Set("Gateway:Dialects:Ory:Realm", "none");
        string file = folder.Write("gateway.json", settings.ToJsonString());

        CommandRun run = (await CommandRun.OfAsync(CheckCommand.Create(), "--config", file))
            .Failed("Gateway:Cluster:Leese: is not a known key. Did you mean Lease?");

        Assert.Contains("Gateway:Dialects:Ory:Realm: there is no realm 'none'", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_file_that_is_missing_is_named()
    {
        using TempFolder folder = new();
        (await CommandRun.OfAsync(CheckCommand.Create(), "-c", folder["nowhere.json"])).Failed(folder["nowhere.json"]);
    }

    [Fact]
    public async Task Settings_of_the_command_line_are_checked_too()
    {
        using TempFolder folder = new();
        string file = folder.Write("gateway.json", GatewaySettings.For().ToJsonString());

        (await CommandRun.OfAsync(CheckCommand.Create(), "--config", file, "--Gateway:Store:Path=other.db")).Good();
        (await CommandRun.OfAsync(CheckCommand.Create(), "--config", file, "--Gateway:Store:Kind=Tape")).Failed("Gateway:Store:Kind");
        (await CommandRun.OfAsync(CheckCommand.Create(), "--config", file, "--onlin"))
            .Failed("'--onlin' is neither a command nor a setting");
    }

    [Fact]
    public async Task Online_tells_what_answers_and_what_does_not()
    {
        await using TestIssuer here = await new TestIssuer().StartAsync();
        await using TestIssuer away = new();
        await using TestMailServer mail = new();
        using TempFolder folder = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend, here, discovery: true)
            .Set("Gateway:TwoFactor:Smtp", new JsonObject { ["Host"] = "127.0.0.1", ["Port"] = mail.Port, ["From"] = "gateway@example" });
        string file = folder.Write("gateway.json", settings.ToJsonString());

        CommandRun good = (await CommandRun.OfAsync(CheckCommand.Create(), "--online", "--config", file)).Good();
        Assert.Matches("reached +realm main", good.Output);
        Assert.Matches($"reached +mail server 127.0.0.1:{mail.Port}", good.Output);
        Assert.Matches($"reached +destination one of cluster app at {backend.Url}", good.Output);

        folder.Write("gateway.json", settings.Set("Gateway:Realms:other", GatewaySettings.JwtRealm(away, discovery: true))
            .Set("Gateway:Realms:other:Credentials",
            new JsonArray(new JsonObject { ["Header"] = "X-Other" })).ToJsonString());
        CommandRun bad = (await CommandRun.OfAsync(CheckCommand.Create(), "--online", "--config", file))
            .Failed("Not everything that the configuration names can be reached.");
        Assert.Matches("reached +realm main", bad.Output);
        Assert.Matches("FAILED +realm other: ", bad.Output);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Online_asks_each_destination_in_the_way_of_the_proxy()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        using TempFolder folder = new();
        JsonObject settings = GatewaySettings.For(backend);
        string away = $"http://127.0.0.1:{FreePort.Take()}/";
        settings.Set("ReverseProxy:Clusters:app:Destinations:two", new JsonObject { ["Address"] = away });
        settings.Set("ReverseProxy:Clusters:grpc", new JsonObject
        {
            ["Destinations"] = new JsonObject { ["one"] = new JsonObject { ["Address"] = backend.Http2Url } },
            ["HttpRequest"] = new JsonObject { ["Version"] = "2", ["VersionPolicy"] = "RequestVersionExact" },
        });
        settings.Set("ReverseProxy:Clusters:ill", new JsonObject
        {
            ["Destinations"] = new JsonObject { ["one"] = new JsonObject { ["Address"] = backend.Url } },
            ["HealthCheck"] = new JsonObject { ["Active"] = new JsonObject { ["Enabled"] = "true", ["Path"] = "/status/503" } },
        });
        string file = folder.Write("gateway.json", settings.ToJsonString());

        CommandRun run = (await CommandRun.OfAsync(CheckCommand.Create(), "--online", "--config", file))
            .Failed($"Without a good answer: destination two of cluster app at {away}; destination one of cluster ill at {backend.Url}.");

        Assert.Matches("reached +destination one of cluster app ", run.Output);
        Assert.Matches("reached +destination one of cluster grpc ", run.Output);
        Assert.Matches("FAILED +destination two of cluster app .*: Connection refused", run.Output);
        Assert.Matches("FAILED +destination one of cluster ill .*: it answered 503 at /status/503", run.Output);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }
}
