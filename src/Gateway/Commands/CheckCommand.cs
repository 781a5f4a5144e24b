using System.CommandLine;
using Gateway.Configuration;

namespace Gateway.Commands;

/// <summary><c>check</c>: validates a configuration without starting anything.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<string> config = GatewayCommand.ConfigOption();
        Command command = new("check", "Check a configuration: every error with its path and the cure, and exit code 1.") { config };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, _) => Check(parsed.GetRequiredValue(config), [.. parsed.UnmatchedTokens], parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> Check(string file, string[] settings, TextWriter output, TextWriter error)
    {
        try
        {
            await using WebApplication app = GatewayHost.Build(settings, configurationFile: file);
            await output.WriteLineAsync($"{file} is good.");
            return 0;
        }
        catch (InvalidConfigurationException invalid)
        {
            await error.WriteLineAsync(invalid.Message);
            return 1;
        }
    }
}
