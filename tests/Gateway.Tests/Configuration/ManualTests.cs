using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Commands;
using Gateway.Http;
using Gateway.Management;

namespace Gateway.Tests.Configuration;

/// <summary>The manual is checked against the code, so that neither can lag behind the other.</summary>
public sealed partial class ManualTests
{
    [Fact]
    public void Tables_list_every_configuration_key_and_no_other()
    {
        string[] listed = [.. Rows().Select(row => row.Key).Order(StringComparer.Ordinal)];
        Assert.Equal(OptionKeys.All.Keys.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void Tables_give_the_defaults_that_the_options_have()
    {
        List<string> wrong = [];
        foreach ((string key, string cell) in Rows())
        {
            if (OptionKeys.All.GetValueOrDefault(key) is not { } value || value is System.Collections.IEnumerable and not string) continue;
            string expected = Written(value);
            if (cell != $"`{expected}`") wrong.Add($"{key}: {cell} should be `{expected}`");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_table_of_route_metadata_lists_what_is_read_from_it()
    {
        RoutePolicy defaults = new();
        Dictionary<string, string> listed = Table("src/docs/configuration.md", "### Route metadata");
        Assert.Equal(typeof(RoutePolicy).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        foreach (PropertyInfo property in typeof(RoutePolicy).GetProperties())
            if (property.GetValue(defaults) is { } value and (not System.Collections.IEnumerable or string)) Assert.Equal($"`{Written(value)}`", listed[property.Name]);
    }

    [Fact]
    public void The_table_of_a_revocations_fields_lists_what_a_body_may_hold()
        => Assert.Equal(
            typeof(RevocationRequestBody).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal),
            Table("src/docs/api.md", "## Revoke").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_README_is_short()
        => Assert.InRange(Manual.Readme.Count(character => character == '\n'), 1, 220);

    [Fact]
    public void The_READMEs_glossary_has_twelve_words()
        => Assert.Equal(12 + 1, Section("README.md", "## Twelve words").Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)));

    [Fact]
    public void The_README_names_every_command()
    {
        Command[] commands = [.. typeof(GatewayCommand).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith(typeof(GatewayCommand).Namespace!, StringComparison.Ordinal) == true)
            .Select(type => type.GetMethod("Create", BindingFlags.Static | BindingFlags.Public, []))
            .Where(create => create?.ReturnType == typeof(Command)).Select(create => (Command)create!.Invoke(null, null)!)];
        Assert.NotEmpty(commands);
        string[] nested = [.. commands.SelectMany(command => command.Subcommands).Select(command => command.Name)];
        Assert.All(commands.Where(command => !nested.Contains(command.Name)).SelectMany(Leaves), name => Assert.Contains($"`{name}", Manual.Readme, StringComparison.Ordinal));

        static IEnumerable<string> Leaves(Command command)
            => command.Subcommands.Count == 0 ? [command.Name] : command.Subcommands.SelectMany(Leaves).Select(name => $"{command.Name} {name}");
    }

    [Fact]
    public void The_README_leads_to_every_page_of_the_manual()
    {
        string[] pages = [.. Manual.Pages.Keys.Where(path => path != "README.md")];
        Assert.NotEmpty(pages);
        Assert.All(pages, path => Assert.Contains($"]({path})", Manual.Readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_lead_to_files_and_headings_that_are_there()
    {
        List<string> dead = [];
        foreach ((string page, string text) in Manual.Pages)
        {
            foreach (string link in Link().Matches(text).Select(match => match.Groups[1].Value))
            {
                if (link.Contains("://", StringComparison.Ordinal)) continue;
                string[] parts = link.Split('#', 2);
                string path = parts[0].Length == 0 ? page : Below(page, parts[0]);
                bool there = parts.Length == 1
                    ? Path.Exists(Path.Combine(Repository.Root, path))
                    : Manual.Pages.TryGetValue(path, out string? target) && Anchors(target).Contains(parts[1]);
                if (!there) dead.Add($"{page}: {link}");
            }
        }
        Assert.Empty(dead);
    }

    [Fact]
    public void CONTRIBUTING_draws_every_room()
    {
        IEnumerable<string> rooms = Directory.GetDirectories(Path.Combine(Repository.Root, "src/Gateway")).Select(folder => Path.GetFileName(folder)!).Except(["bin", "obj"]);
        Assert.Equal(rooms.Order(StringComparer.Ordinal), DrawnRoom().Matches(Section(".github/CONTRIBUTING.md", "## What is where")).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("## The walk of a credential")]
    [InlineData("## The walk of a logout")]
    public void A_walk_through_the_code_has_no_step_back(string heading)
    {
        string[] steps = [.. Link().Matches(Section(".github/CONTRIBUTING.md", heading)).Select(match => match.Groups[1].Value)];
        Assert.True(steps.Length >= 8, "The walk is too short to lead anywhere.");
        Assert.Equal(steps.Distinct(), steps);
    }

    /// <summary>Whoever adds one touches the files that know its neighbour.</summary>
    [Theory]
    [InlineData("## Add a target", @"\bTarget(Kind)?\.Client\b")]
    [InlineData("## Add a dialect", @"\bOryOptions\b|\.Ory\b|\bAddOry\b")]
    [InlineData("## Add a kind of realm", @"\bIntrospection(Options|Tokens)\b|\.Introspection\b")]
    public void The_lists_of_files_to_touch_are_whole(string heading, string neighbour)
    {
        string[] listed = [.. Link().Matches(Section(".github/CONTRIBUTING.md", heading)).Select(match => Below(".github/CONTRIBUTING.md", match.Groups[1].Value))];
        string[] folders = ["src/Gateway/obj/", "src/Gateway/bin/", "src/Gateway/Dialects/Ory/", "src/Gateway/Realms/Introspection"];
        IEnumerable<string> knowing = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/Gateway"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Regex.IsMatch(File.ReadAllText(file), neighbour))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Where(file => !folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)));
        Assert.NotEmpty(knowing);
        Assert.All(knowing, file => Assert.Contains(file, listed));
    }

    [Fact]
    public void It_names_every_metric_and_no_other()
    {
        IEnumerable<string> sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/Gateway"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        string[] made = [.. sources.SelectMany(source => MetricName().Matches(source)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        string[] told = [.. Manual.Pages.Values.SelectMany(text => MetricInTable().Matches(text)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.NotEmpty(made);
        Assert.Equal(made, told);
    }

    /// <summary>A default as the tables write it.</summary>
    private static string Written(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>The rows of the tables under one heading whose first cell is a key.</summary>
    private static Dictionary<string, string> Table(string page, string heading)
        => Section(page, heading).Split('\n').Select(line => TableRow().Match(line)).Where(row => row.Success)
            .ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Trim());

    /// <summary>What stands between a heading and the next one.</summary>
    private static string Section(string page, string heading)
        => string.Join('\n', Manual.Pages[page].Split('\n').SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith('#')));

    private static IEnumerable<(string Key, string Default)> Rows()
    {
        foreach (string page in Manual.Pages.Values)
        {
            string? section = null;
            foreach (string line in page.Split('\n'))
            {
                if (line.StartsWith('#')) section = GatewayHeading().Match(line) is { Success: true } heading ? heading.Groups[1].Value : null;
                else if (section is not null && TableRow().Match(line) is { Success: true } row) yield return ($"{section}:{row.Groups[1].Value}", row.Groups[2].Value.Trim());
            }
        }
    }

    /// <summary>The path that a link on this page means, below the repository's root.</summary>
    private static string Below(string page, string link)
        => Path.GetRelativePath(Repository.Root, Path.GetFullPath(link, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!))).Replace('\\', '/');

    /// <summary>The anchors of a page's headings, made as GitHub makes them.</summary>
    private static HashSet<string> Anchors(string page)
        => [.. Heading().Matches(page).Select(match => NotInAnchors().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex("Create[A-Za-z]+(?:<[a-z]+>)?\\(\\s*\"(gateway\\.[a-z.]+)\"")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"`(gateway\.(?:requests|connections|revocations|revocation|lease|nodes|log|index|sessions|tokens|store|configuration|loops)(?:\.[a-z.]+)?)`")]
    private static partial Regex MetricInTable();

    [GeneratedRegex("^  ([A-Za-z]+)/ ", RegexOptions.Multiline)]
    private static partial Regex DrawnRoom();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("^#+ (Gateway:[A-Za-z:]+)$")]
    private static partial Regex GatewayHeading();

    [GeneratedRegex(@"^\| `([A-Za-z0-9:]+)` \|([^|]*)\|")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
