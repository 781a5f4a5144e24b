using Gateway.Commands;

namespace Gateway.Tests.Commands;

/// <summary>What keeps the gateway from running; that it runs is shown with real processes.</summary>
public sealed class RunCommandTests
{
    [Fact]
    public async Task A_wrong_configuration_is_told_whole_and_leaves_nothing_behind()
    {
        using TempFolder folder = new();
        string file = folder.Write("gateway.json",
            GatewaySettings.For().Set("Gateway:Cluster:Leese", "x").Set("Gateway:Store:Kind", "Tape").ToJsonString());

        CommandRun run = (await CommandRun.OfAsync(RunCommand.Create(), "--config", file)).Failed("Gateway:Cluster:Leese");

        Assert.Contains("Gateway:Store:Kind", run.Error);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_store_file_that_is_no_database_is_told_by_name()
    {
        using TempFolder folder = new();
        string file = folder.Write("gateway.json", GatewaySettings.For().ToJsonString());
        string store = folder.Write("gateway.db", new string('x', 5000));

        (await CommandRun.OfAsync(RunCommand.Create(), "--config", file)).Failed(store);

        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(store));
    }

    [Fact]
    public async Task A_stray_word_is_no_setting()
        => (await CommandRun.OfAsync(RunCommand.Create(), "faster")).Failed("'faster' is neither a command nor a setting");
}
