using System.CommandLine;
using Gateway.Commands;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Commands;

public sealed class ManagementClientTests
{
    [Fact]
    public async Task A_key_is_needed()
        => (await CommandRun.OfAsync(Nodes(), "--url", "http://127.0.0.1:1", "--key", ""))
            .Failed("Set GATEWAY_KEY to a management key, or give --key.");

    [Theory]
    [InlineData("127.0.0.1:9901")]
    [InlineData("ftp://127.0.0.1")]
    public async Task An_address_that_is_no_URL_is_told(string url)
        => (await CommandRun.OfAsync(Nodes(), "--url", url, "--key", "k"))
            .Failed($"'{url}' is not an http or https URL; write it like http://127.0.0.1:9901.");

    [Fact]
    public async Task A_gateway_that_does_not_run_is_told_by_its_address()
    {
        string url = $"http://127.0.0.1:{FreePort.Take()}";
        (await CommandRun.OfAsync(Nodes(), "--url", url, "--key", "k")).Failed($"No gateway answers at {url}");
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(404, "nothing")]
    public async Task Something_else_that_answers_is_told_from_a_gateway(int status, string body)
    {
        await using TestBackend other = await TestBackend.StartAsync();
        other.Answer = async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return true;
        };
        (await CommandRun.OfAsync(Nodes(), "--url", other.Url, "--key", "k"))
            .Failed($"answered {status}: this is not a management listener");
    }

    [Fact]
    public async Task The_address_comes_from_the_configuration_and_what_the_gateway_says_is_passed_on()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For());
        string[] config = ["--config", gateway.Folder["gateway.json"]];

        Assert.Contains("\"items\"", (await CommandRun.OfAsync(Nodes(), ["--key", GatewaySettings.ManagementKey, .. config]))
            .Good().Output);
        (await CommandRun.OfAsync(Nodes(), ["--key", "wrong", .. config]))
            .Failed($"The gateway at {gateway.ManagementUrl}/ answered 401: This is no management key");
    }

    [Fact]
    public async Task A_listener_on_every_address_is_asked_on_loopback()
    {
        using TempFolder folder = new();
        int port = FreePort.Take();
        string file = folder.Write("gateway.json", GatewaySettings.For().Set("Gateway:Management:Url", $"http://*:{port}").ToJsonString());
        (await CommandRun.OfAsync(Nodes(), "--config", file, "--key", "k")).Failed($"No gateway answers at http://127.0.0.1:{port}");
    }

    private static Command Nodes()
    {
        Command command = new("nodes");
        ManagementClient.Use(command, async (_, gateway,
            cancellation) => (await gateway.GetAsync("/v1/nodes", cancellation)).ToJsonString());
        return command;
    }
}
