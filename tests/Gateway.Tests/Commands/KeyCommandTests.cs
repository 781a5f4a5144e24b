using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gateway.Commands;

namespace Gateway.Tests.Commands;

public sealed class KeyCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _file;

    public KeyCommandTests() => _file = _folder.Write("gateway.json", GatewaySettings.For().ToJsonString());

    [Fact]
    public async Task A_new_key_stands_alone_on_the_output_and_is_listed_by_name_until_it_is_removed()
    {
        CommandRun made = (await KeyAsync("create", "ops")).Good();
        string key = made.Output.Trim();
        Assert.Matches("^gw_[A-Za-z0-9_-]{43}$", key);
        Assert.Contains("shown only this once", made.Error);
        Assert.DoesNotContain(key, made.Error);
        (await KeyAsync("create", "audit")).Good();

        Assert.Equal(["audit", "ops"],
            (await KeyAsync("list")).Good().Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.Contains("'ops' is good no more", (await KeyAsync("remove", "ops")).Good().Output);
        Assert.Equal("audit", (await KeyAsync("list")).Good().Output.Trim());
        (await KeyAsync("remove", "ops")).Failed("The store holds no key 'ops'");
        (await KeyAsync("create", "ops")).Failed("'ops' is or was that of another key");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\tb")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task A_name_that_no_audit_could_show_is_refused(string name)
    {
        CommandRun run = (await KeyAsync("create", name)).Failed("1 to 100 printable characters");
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_running_gateway_takes_notice_and_the_audit_names_the_command_line()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For());
        string[] config = ["--config", gateway.Folder["gateway.json"]];

        string key = (await CommandRun.OfAsync(KeyCommand.Create(), ["create", "ops", .. config])).Good().Output.Trim();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, key));
        (await CommandRun.OfAsync(KeyCommand.Create(), ["remove", "ops", .. config])).Good();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, key));

        JsonNode audit = JsonNode.Parse(await gateway.Management.GetStringAsync("/v1/audit"))!;
        Assert.Equal(["key remove", "key create"],
            audit["items"]!.AsArray().Where(entry => (string?)entry!["actor"] == "command line")
                .Select(entry => (string?)entry!["action"]));
    }

    [Fact]
    public async Task A_missing_name_is_an_error_of_the_command_line()
    {
        CommandRun run = await KeyAsync("create");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Required argument 'NAME' missing", run.Error);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CommandRun> KeyAsync(params string[] words) => CommandRun.OfAsync(KeyCommand.Create(), [.. words, "--config", _file]);

    private static async Task<HttpStatusCode> AskAsync(InProcessGateway gateway, string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, gateway.ManagementUrl + "/v1/nodes")
            { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
