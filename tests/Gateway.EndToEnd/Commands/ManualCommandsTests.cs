using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Commands;

/// <summary>The manual's commands, run as a newcomer would paste them. The comment above each block says how: against a
/// running demo, with the HTTP statuses that its calls print; by itself, beside the shipped gateway.json; or by hand, and why.</summary>
public sealed partial class ManualCommandsTests
{
    private const string Demo = "against the demo:", Alone = "runs", ByHand = "by hand: ";

    [Fact]
    public void The_README_names_the_two_commands()
    {
        Assert.Contains("```bash\ndotnet run --project src/Gateway -- demo\n```", Manual.Readme);
        Assert.Contains("```bash\nbash tests/run.sh\n```", Manual.Readme);
    }

    [Fact]
    public void Each_block_says_how_it_is_tried()
        => Assert.All(Blocks(""),
            block => Assert.True(block.Note == Alone || block.Note.StartsWith(Demo, StringComparison.Ordinal)
                || block.Note.StartsWith(ByHand, StringComparison.Ordinal), block.ToString()));

    [Fact]
    public async Task Blocks_against_the_demo_answer_as_they_say()
    {
        await using Demo demo = await Commands.Demo.StartAsync();
        Snippet[] blocks = [.. Blocks(Demo)];
        Assert.True(blocks.Length >= 4, "The manual lost its calls.");
        foreach (Snippet block in blocks)
        {
            using TempFolder folder = Sample(demo);
            (int code, string output) = await PastedShell.RunAsync(folder.Path, demo.OnItsPorts(block.Text));
            string statuses = string.Join(' ', StatusLine().Matches(output).Select(status => status.Groups[1].Value));
            Assert.True(code == 0 && block.Note[Demo.Length..].Trim() == statuses,
                $"exit code {code}, statuses {statuses}:\n{block}\n{output}\n{demo.Output}");
        }
        Assert.Equal(0, await demo.InterruptAsync());
    }

    [Fact]
    public async Task Blocks_that_need_nothing_run()
    {
        Snippet[] blocks = [.. Blocks(Alone)];
        Assert.NotEmpty(blocks);
        foreach (Snippet block in blocks)
        {
            using TempFolder folder = Sample(demo: null);
            (int code, string output) = await PastedShell.RunAsync(folder.Path, block.Text);
            Assert.True(code == 0, $"{block}\n{output}");
        }
    }

    private static IEnumerable<Snippet> Blocks(string note)
        => Manual.Snippets.Where(block => block.Language == "bash" && block.Note.StartsWith(note, StringComparison.Ordinal));

    /// <summary>A folder with the shipped gateway.json, as in the top of the source tree.</summary>
    private static TempFolder Sample(Demo? demo)
    {
        TempFolder folder = new();
        string sample = File.ReadAllText(Path.Combine(Repository.Root, "gateway.json"));
        folder.Write("gateway.json", demo?.OnItsPorts(sample) ?? sample);
        return folder;
    }

    [GeneratedRegex(@"HTTP/[\d.]+ (\d{3}) ")]
    private static partial Regex StatusLine();
}
