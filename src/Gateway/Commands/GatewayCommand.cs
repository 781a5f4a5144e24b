using System.CommandLine;

namespace Gateway.Commands;

/// <summary>The command line: one command each, and <c>run</c> when none is named.</summary>
internal static class GatewayCommand
{
    public static RootCommand Create(params Command[] commands)
    {
        RootCommand root = new("Gateway: a reverse proxy that ends sessions.");
        root.MakeRun();
        foreach (Command command in commands) root.Add(command);
        return root;
    }

    /// <summary>A stop is given the time that the host takes for it, and a little more; the default would kill it after two seconds.</summary>
    public static InvocationConfiguration Invocation { get; } = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) };

    /// <summary>Where the configuration is; each command that reads it has this option.</summary>
    public static Option<string> ConfigOption() => new("--config", "-c")
    {
        Description = "The configuration file.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "gateway.json",
    };
}
