using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Http;
using Gateway.Management;

namespace Gateway.Tests.Configuration;

/// <summary>The manual's tables of keys are checked against the code, so that neither can lag behind the other.</summary>
public sealed partial class ManualTablesTests
{
    [Fact]
    public void They_list_every_configuration_key_and_no_other()
    {
        string[] listed = [.. Rows().Select(row => row.Key).Order(StringComparer.Ordinal)];
        Assert.Equal(OptionKeys.All.Keys.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void They_give_the_defaults_that_the_options_have()
    {
        List<string> wrong = [];
        foreach ((string key, string cell) in Rows())
        {
            if (OptionKeys.All.GetValueOrDefault(key) is not { } value || IsList(value)) continue;
            string expected = Written(value);
            if (cell != expected) wrong.Add($"{key}: {cell} should be {expected}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void That_of_route_metadata_lists_what_is_read_from_it()
    {
        RoutePolicy defaults = new();
        PropertyInfo[] read = OptionKeys.RouteMetadata;
        Dictionary<string, string> listed = Manual.Table("src/docs/configuration.md", "### Route metadata");
        Assert.Equal(read.Select(property => property.Name).Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        Assert.All(read, property =>
        {
            if (property.GetValue(defaults) is { } value && !IsList(value)) Assert.Equal(Written(value), listed[property.Name]);
        });
    }

    [Fact]
    public void That_of_a_revocations_fields_lists_what_a_body_may_hold()
        => Assert.Equal(
            typeof(RevocationRequestBody).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
                .Order(StringComparer.Ordinal),
            Manual.Table("src/docs/api.md", "## Revoke").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void They_name_every_metric_and_no_other()
    {
        IEnumerable<string> sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/Gateway"), "*.cs",
            SearchOption.AllDirectories).Select(File.ReadAllText);
        string[] made = [.. sources.SelectMany(source => MetricName().Matches(source)).Select(match => match.Groups[1].Value).Distinct()
            .Order(StringComparer.Ordinal)];
        string[] told = [.. Manual.Pages.Values.SelectMany(text => MetricInText().Matches(text)).Select(match => match.Groups[1].Value)
            .Distinct().Order(StringComparer.Ordinal)];
        Assert.NotEmpty(made);
        Assert.Equal(made, told);
    }

    private static bool IsList(object value) => value is System.Collections.IEnumerable and not string;

    /// <summary>A default as the tables write it.</summary>
    private static string Written(object value) => "`" + value switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    } + "`";

    /// <summary>The rows under headings like <c>Gateway:Store</c>, with the whole key.</summary>
    private static IEnumerable<(string Key, string Default)> Rows()
    {
        foreach (string page in Manual.Pages.Values)
        {
            string? section = null;
            foreach (string line in page.Split('\n'))
            {
                if (line.StartsWith('#'))
                    section = GatewayHeading().Match(line) is { Success: true } heading ? heading.Groups[1].Value : null;
                else if (section is not null && Manual.Row(line) is var (key, cell)) yield return ($"{section}:{key}", cell);
            }
        }
    }

    [GeneratedRegex("Create[A-Za-z]+(?:<[a-z]+>)?\\(\\s*\"(gateway\\.[a-z.]+)\"")]
    private static partial Regex MetricName();

    // Not the files and the permission that are called likewise.
    [GeneratedRegex(@"`(gateway\.(?!json\b|db\b|admin\b)[a-z.]+)`")]
    private static partial Regex MetricInText();

    [GeneratedRegex("^#+ (Gateway:[A-Za-z:]+)$")]
    private static partial Regex GatewayHeading();
}
