using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using Gateway.Commands;

namespace Gateway.Tests.Configuration;

/// <summary>The README is short and leads everywhere, and no link of the manual is dead.</summary>
public sealed partial class ManualTests
{
    [Fact]
    public void The_README_is_short()
        => Assert.InRange(Manual.Readme.Count(character => character == '\n'), 1, 220);

    [Fact]
    public void The_READMEs_glossary_has_twelve_words()
        => Assert.Equal(12 + 1, Manual.Section("README.md", "## Twelve words").Split('\n')
            .Count(line => line.StartsWith("| ", StringComparison.Ordinal)));

    [Fact]
    public void The_README_names_every_command()
    {
        Command[] commands = [.. typeof(GatewayCommand).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith(typeof(GatewayCommand).Namespace!, StringComparison.Ordinal) == true)
            .Select(type => type.GetMethod("Create", BindingFlags.Static | BindingFlags.Public, []))
            .Where(create => create?.ReturnType == typeof(Command)).Select(create => (Command)create!.Invoke(null, null)!)];
        Assert.NotEmpty(commands);
        string[] nested = [.. commands.SelectMany(command => command.Subcommands).Select(command => command.Name)];
        Assert.All(commands.Where(command => !nested.Contains(command.Name)).SelectMany(Leaves),
            name => Assert.Contains($"`{name}", Manual.Readme, StringComparison.Ordinal));

        static IEnumerable<string> Leaves(Command command)
            => command.Subcommands.Count == 0
                ? [command.Name]
                : command.Subcommands.SelectMany(Leaves).Select(name => $"{command.Name} {name}");
    }

    [Fact]
    public void The_README_leads_to_every_page()
    {
        string[] pages = [.. Manual.Pages.Keys.Where(path => path != "README.md")];
        Assert.NotEmpty(pages);
        Assert.All(pages, path => Assert.Contains(path, Manual.Links(Manual.Readme)));
    }

    [Fact]
    public void Links_lead_to_files_and_headings_that_are_there()
        => Assert.Empty(Manual.Pages.SelectMany(
            page => Manual.Links(page.Value).Where(link => !IsThere(page.Key, link)).Select(link => $"{page.Key}: {link}")));

    private static bool IsThere(string page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal)) return true;
        string[] parts = link.Split('#', 2);
        string path = parts[0].Length == 0 ? page : Manual.Target(page, parts[0]);
        return parts.Length == 1
            ? Path.Exists(Path.Combine(Repository.Root, path))
            : Manual.Pages.TryGetValue(path, out string? target) && Anchors(target).Contains(parts[1]);
    }

    /// <summary>The anchors of a page's headings, made as GitHub makes them.</summary>
    private static HashSet<string> Anchors(string page)
        => [.. Heading().Matches(page)
            .Select(match => NotInAnchors().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();
}
