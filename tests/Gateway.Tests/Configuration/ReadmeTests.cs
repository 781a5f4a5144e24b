using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Configuration;

/// <summary>The README's tables are checked against the options records, so that neither can lag behind the other.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

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
            string expected = value switch
            {
                bool flag => flag ? "true" : "false",
                TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString()!,
            };
            if (cell != $"`{expected}`") wrong.Add($"{key}: {cell} should be `{expected}`");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Sections_come_in_the_order_a_reader_needs_them()
    {
        string[] expected = ["Run it", "Configure it", "API", "Guarantees", "Limits", "Benchmarks", "Security advisories", "Development"];
        Assert.Equal(expected, SectionHeading().Matches(Readme).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Links_lead_to_headings_that_are_there()
    {
        HashSet<string> anchors = [.. AnyHeading().Matches(Readme).Select(match => match.Groups[1].Value.ToLowerInvariant().Replace(' ', '-'))];
        string[] dead = [.. InnerLink().Matches(Readme).Select(match => match.Groups[1].Value).Where(link => !anchors.Contains(link))];
        Assert.Empty(dead);
    }

    [Fact]
    public void It_names_every_metric_and_no_other()
    {
        string metrics = File.ReadAllText(Path.Combine(Repository.Root, "src/Gateway/Observability/GatewayMetrics.cs"));
        string[] made = [.. MetricName().Matches(metrics).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        string[] told = [.. MetricInTable().Matches(Readme).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.NotEmpty(made);
        Assert.Equal(made, told);
    }

    private static IEnumerable<(string Key, string Default)> Rows()
    {
        string? section = null;
        foreach (string line in Readme.Split('\n'))
        {
            if (line.StartsWith('#')) section = GatewayHeading().Match(line) is { Success: true } heading ? heading.Groups[1].Value : null;
            else if (section is not null && TableRow().Match(line) is { Success: true } row) yield return ($"{section}:{row.Groups[1].Value}", row.Groups[2].Value.Trim());
        }
    }

    [GeneratedRegex("Create[A-Za-z]+(?:<[a-z]+>)?\\(\"(gateway\\.[a-z.]+)\"")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"`(gateway\.(?:requests|connections|revocations|revocation|lease|nodes|log|index|sessions|tokens|store|configuration)(?:\.[a-z.]+)?)`")]
    private static partial Regex MetricInTable();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex SectionHeading();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex AnyHeading();

    [GeneratedRegex("^#### (Gateway:[A-Za-z:]+)$")]
    private static partial Regex GatewayHeading();

    [GeneratedRegex(@"^\| `([A-Za-z0-9:]+)` \|([^|]*)\|")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex InnerLink();
}
