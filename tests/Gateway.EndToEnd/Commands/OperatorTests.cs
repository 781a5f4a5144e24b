using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Commands;

/// <summary>What an operator does at the command line, with the built program.</summary>
public sealed partial class OperatorTests
{
    [Fact]
    public async Task A_wrong_configuration_stops_check_and_run_alike_before_anything_happens()
    {
        using TempFolder folder = new();
        JsonObject settings = GatewaySettings.For().Set("Gateway:Cluster:Leese", "x").Set("Gateway:Dialects:Ory:Realm", "none")
            .Set("Urls", $"http://127.0.0.1:{FreePort.Take()}");
        folder.Write("gateway.json", settings.ToJsonString());

        foreach (string[] command in (string[][])[["check"], ["run"], []])
        {
            (int code, string output) = await GatewayProcess.CommandAsync(folder.Path, command);

            Assert.Equal(1, code);
            Assert.Contains("Gateway:Cluster:Leese: is not a known key. Did you mean Lease?", output);
            Assert.Contains("Gateway:Dialects:Ory:Realm: there is no realm 'none'", output);
            Assert.DoesNotContain("   at ", output);
            Assert.DoesNotContain("Now listening", output);
        }
        Assert.Equal([folder["gateway.json"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Environment_variables_and_the_command_line_outweigh_the_file()
    {
        using TempFolder folder = new();
        int port = FreePort.Take();
        folder.Write("gateway.json", GatewaySettings.For().ToJsonString());
        await using ChildProcess process = ChildProcess.Start("dotnet", [GatewayProcess.Program, "--urls", $"http://127.0.0.1:{port}"],
            folder.Path,
            [new("Gateway__Management__Url", $"http://127.0.0.1:{FreePort.Take()}"), new("ASPNETCORE_URLS", "http://127.0.0.1:1")]);
        using HttpClient client = new();

        await Eventually.TrueAsync(async () =>
        {
            try { return (await client.GetAsync($"http://127.0.0.1:{port}/")).StatusCode == HttpStatusCode.BadGateway; }
            catch (HttpRequestException) { return false; }
        });
        Assert.Equal(0, await process.StopAsync());
    }

    [Fact]
    public async Task The_first_start_shows_a_key_once_and_key_create_adds_one_beside_the_running_gateway()
    {
        JsonObject settings = GatewaySettings.For();
        settings["Gateway"]!["Management"]!.AsObject().Remove("Keys");
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        string first = Key().Match(gateway.Output).Value;

        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, first));
        (int code, string output) = await GatewayProcess.CommandAsync(gateway.Folder.Path, "key", "create", "ops");
        Assert.Equal(0, code);
        string ops = Key().Match(output).Value;
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, ops));
        Assert.Equal(1, (await GatewayProcess.CommandAsync(gateway.Folder.Path, "key", "create", "ops")).ExitCode);

        Assert.Equal(0, (await GatewayProcess.CommandAsync(gateway.Folder.Path, "key", "create", "leaked")).ExitCode);
        Assert.Equal(0, (await GatewayProcess.CommandAsync(gateway.Folder.Path, "key", "remove", "leaked")).ExitCode);
        Assert.Equal(1, (await GatewayProcess.CommandAsync(gateway.Folder.Path, "key", "remove", "leaked")).ExitCode);

        await gateway.RestartAsync();
        Assert.DoesNotMatch(Key(), gateway.Output);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, first));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, ops));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, ops + "x"));
    }

    [Fact]
    public async Task A_key_made_on_one_node_is_good_on_every_node_of_a_cluster()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync();
        JsonObject settings = GatewaySettings.For();
        settings["Gateway"]!["Management"]!.AsObject().Remove("Keys");
        settings.Set("Gateway:Store", new JsonObject { ["Kind"] = "Redis", ["Connection"] = redis.Connection })
            .Set("Gateway:Cluster:Lease", "00:00:01");
        await using GatewayProcess one = await GatewayProcess.StartAsync(settings);
        await using GatewayProcess two = await GatewayProcess.StartAsync(settings);

        (int code, string output) = await GatewayProcess.CommandAsync(one.Folder.Path, "key", "create", "ops");

        Assert.Equal(0, code);
        Assert.DoesNotMatch(Key(), two.Output);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(one, Key().Match(output).Value));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(two, Key().Match(output).Value));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(two, Key().Match(one.Output).Value));

        Assert.Equal((0, "first\nops"), await GatewayProcess.CommandAsync(one.Folder.Path, "key", "list"));
        Assert.Equal((0, "The key 'ops' is good no more."), await GatewayProcess.CommandAsync(one.Folder.Path, "key", "remove", "ops"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(one, Key().Match(output).Value));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(two, Key().Match(output).Value));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(two, Key().Match(one.Output).Value));
    }

    [Fact]
    public async Task Sessions_and_revoke_speak_with_the_running_gateway()
    {
        await using TestIssuer issuer = new();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(issuer: issuer));
        await gateway.GetAsync("/", issuer.Token("alice", "a1"));
        string[] key = ["--key", GatewaySettings.ManagementKey];

        (int listed, string list) = await GatewayProcess.CommandAsync(gateway.Folder.Path, ["sessions", "--subject", "alice", .. key]);
        (int revoked, string done) = await GatewayProcess.CommandAsync(gateway.Folder.Path,
            ["revoke", "--session", "a1", "--reason", "lost", .. key]);
        (int refused, string why) = await GatewayProcess.CommandAsync(gateway.Folder.Path, ["revoke", "--session", "a1", "--key", "wrong"]);

        Assert.Equal((0, 0, 1), (listed, revoked, refused));
        Assert.Matches("main +a1 +alice .* active", list);
        Assert.Contains("enforced on 1 of 1 nodes", done);
        Assert.Contains("401", why);
        using HttpResponseMessage answer = await gateway.GetAsync("/", issuer.Token("alice", "a1"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_words()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For());

        (int code, string output) = await GatewayProcess.CommandAsync(gateway.Folder.Path, "--config", gateway.ConfigFile,
            "--Gateway:Store:Path=other.db");

        Assert.Equal(1, code);
        Assert.Contains("address already in use", output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task Check_online_names_what_cannot_be_reached()
    {
        using TempFolder folder = new();
        JsonObject settings = GatewaySettings.For(issuer: new TestIssuer(), discovery: true)
            .Set("Urls", $"http://127.0.0.1:{FreePort.Take()}");
        folder.Write("gateway.json", settings.ToJsonString());

        (int offline, string summary) = await GatewayProcess.CommandAsync(folder.Path, "check");
        (int online, string output) = await GatewayProcess.CommandAsync(folder.Path, "check", "--online");

        Assert.Equal(0, offline);
        Assert.Contains("gateway.json is good", summary);
        Assert.Equal(1, online);
        Assert.Matches("FAILED +realm main: ", output);
        Assert.Equal([folder["gateway.json"]], Directory.GetFiles(folder.Path));
    }

    private static async Task<HttpStatusCode> AskAsync(GatewayProcess gateway, string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, gateway.ManagementUrl + "/v1/revocations")
            { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    [GeneratedRegex("gw_[A-Za-z0-9_-]{43}")]
    private static partial Regex Key();
}
