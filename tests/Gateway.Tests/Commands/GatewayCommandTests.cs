using System.CommandLine;
using Gateway.Commands;

namespace Gateway.Tests.Commands;

public sealed class GatewayCommandTests
{
    [Fact]
    public async Task Help_lists_the_commands_and_the_configuration_file()
    {
        StringWriter output = new();
        int code = await GatewayCommand.Create(CheckCommand.Create(), RevokeCommand.Create()).Parse(["--help"])
            .InvokeAsync(new() { Output = output });
        Assert.Equal(0, code);
        Assert.Contains("check", output.ToString());
        Assert.Contains("revoke", output.ToString());
        Assert.Contains("[default: gateway.json]", output.ToString());
    }

    [Fact]
    public async Task Without_a_command_the_gateway_runs_and_a_mistyped_command_is_not_taken_for_that()
    {
        using TempFolder folder = new();
        string missing = folder["nowhere.json"];
        StringWriter run = new(), mistyped = new();
        RootCommand root = GatewayCommand.Create(CheckCommand.Create());

        Assert.Equal(1, await root.Parse(["--config", missing]).InvokeAsync(new() { Error = run }));
        Assert.Equal(1, await root.Parse(["chekc", "--config", missing]).InvokeAsync(new() { Error = mistyped }));

        Assert.Contains(missing, run.ToString());
        Assert.Contains("'chekc' is neither a command nor a setting", mistyped.ToString());
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
