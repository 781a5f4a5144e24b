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

    /// <summary>A command that is asked to stop ends by itself; <c>run</c> takes as long as <c>Gateway:Stopping</c> says. The default
    /// would kill both after two seconds.</summary>
    public static InvocationConfiguration Invocation { get; } = new() { ProcessTerminationTimeout = TimeSpan.FromHours(2) };

    /// <summary>Tells where the configuration is; each command that reads it has this option.</summary>
    public static Option<string> ConfigOption() => new("--config", "-c")
    {
        Description = "The configuration file.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "gateway.json",
    };
}
