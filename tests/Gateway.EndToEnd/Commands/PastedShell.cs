namespace Gateway.EndToEnd.Commands;

/// <summary>A shell into which lines of the manual are pasted. <c>dotnet run --project … -- COMMAND</c> runs the program that is
/// built already.</summary>
internal static class PastedShell
{
    private const string RunsWhatIsBuilt =
        """
        dotnet() {
          if [ "$1" != run ]; then command dotnet "$@"; return; fi
          while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
          if [ $# -gt 0 ]; then shift; fi
          command dotnet "$GATEWAY_PROGRAM" "$@"
        }

        """;

    /// <summary>Runs a script to its end, at home in a folder; it stops at the first command that fails.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, string script)
    {
        await using ChildProcess shell = ChildProcess.Start("bash", ["-e", "-c", RunsWhatIsBuilt + script], folder,
            [new("GATEWAY_PROGRAM", GatewayProcess.Program), new("HOME", folder)]);
        shell.CloseInput();
        int code = await shell.ExitAsync();
        return (code, shell.Output);
    }
}
