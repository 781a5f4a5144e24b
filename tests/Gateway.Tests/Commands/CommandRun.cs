using System.CommandLine;
using Gateway.Commands;

namespace Gateway.Tests.Commands;

/// <summary>One run of a command in this process: its exit code, and what it wrote where.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Parses the words as the program does, below one command, and runs what they name.</summary>
    public static async Task<CommandRun> OfAsync(Command command, params string[] words)
    {
        StringWriter output = new(), error = new();
        ParseResult parsed = GatewayCommand.Create(command).Parse([command.Name, .. words]);
        int code = await parsed.InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false }).WithinAsync();
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>It ended well and complained of nothing.</summary>
    public CommandRun Good()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>It ended with 1, said why beside its output, and showed no stack trace.</summary>
    public CommandRun Failed(string why)
    {
        Assert.True(ExitCode == 1, $"exit code {ExitCode}\n{Output}\n{Error}");
        Assert.Contains(why, Error);
        Assert.DoesNotContain("   at ", Error);
        return this;
    }
}
