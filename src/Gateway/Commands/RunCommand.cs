using System.CommandLine;
using Gateway.Hosting;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary><c>run</c>: the gateway itself, until it is stopped.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Command command = new("run", "Run the gateway (what happens when no command is named).");
        command.MakeRun();
        return command;
    }

    /// <summary>Gives a command the options and the action of <c>run</c>. What it does not know is ASP.NET Core
    /// configuration: <c>--urls http://…</c>, <c>--Gateway:Store:Path=…</c>.</summary>
    public static void MakeRun(this Command command)
    {
        Option<string> config = GatewayCommand.ConfigOption();
        command.Add(config);
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, _) =>
            RunAsync(parsed.GetRequiredValue(config), [.. parsed.UnmatchedTokens], parsed.InvocationConfiguration.Error));
    }

    private static async Task<int> RunAsync(string configurationFile, string[] settings, TextWriter error)
    {
        if (CommandLineSettings.Complaint(settings) is { } complaint)
        {
            await error.WriteLineAsync(complaint);
            return 1;
        }
        return await CommandFailures.ToldAsync(async () =>
        {
            await using WebApplication app = GatewayHost.Build(settings, HostingExtensions.AddSignals, configurationFile);
            app.OpenStore();
            ProcessEnd end = app.Services.GetRequiredService<ProcessEnd>();
            await app.RunAsync();
            return end.Code;
        }, error);
    }
}
