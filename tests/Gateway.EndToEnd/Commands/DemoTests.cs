using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Commands;

/// <summary>The command <c>demo</c>, as a process.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_once_shows_every_step_and_ends_well()
    {
        using TempFolder folder = new();
        (int code, string output) = await GatewayProcess.CommandAsync(folder.Path, ["demo", "--once", .. Demo.FreePorts()]);
        Assert.True(code == 0, output);
        Assert.Equal(0, Failed().Count(output));
        string[] steps = ["logged out", "the same token is refused", "WebSocket is closed", "event stream ends", "untouched",
            "started again", "still refused"];
        Assert.All(steps, step => Assert.Matches($"{Regex.Escape(step)} .* ms  ok", output));
        Assert.DoesNotContain('\e', output);
    }

    [Fact]
    public async Task Demo_says_so_when_a_port_that_was_asked_for_is_taken()
    {
        await using TestBackend other = await TestBackend.StartAsync();
        using TempFolder folder = new();
        (int code, string output) = await GatewayProcess.CommandAsync(folder.Path,
            ["demo", "--once", .. Demo.FreePorts()[..^1], $"{new Uri(other.Url).Port}"]);
        Assert.Equal(1, code);
        Assert.Contains($"{new Uri(other.Url).Port}", output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task The_calls_that_demo_prints_work_as_pasted()
    {
        await using Demo demo = await Demo.StartAsync();
        string hints = string.Join('\n',
            demo.Output.Split('\n').SkipWhile(line => !line.Contains("Try it", StringComparison.Ordinal))
                .Where(line => line.StartsWith("  ", StringComparison.Ordinal)));
        string output = await demo.PasteAsync(hints);
        Assert.Equal("200 201 401 200 200 200", string.Join(' ', StatusLine().Matches(output).Select(status => status.Groups[1].Value)));
    }

    [GeneratedRegex(@"HTTP/[\d.]+ (\d{3}) ")]
    private static partial Regex StatusLine();

    [GeneratedRegex("FAILED")]
    private static partial Regex Failed();
}
