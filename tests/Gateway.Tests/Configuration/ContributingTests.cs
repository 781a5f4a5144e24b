using System.Text.RegularExpressions;

namespace Gateway.Tests.Configuration;

/// <summary>CONTRIBUTING draws the rooms, walks through the code and lists what to touch; all of it is compared with the code.</summary>
public sealed partial class ContributingTests
{
    private const string Page = ".github/CONTRIBUTING.md";

    [Fact]
    public void Every_room_is_drawn()
    {
        IEnumerable<string> rooms = Directory.GetDirectories(Path.Combine(Repository.Root, "src/Gateway"))
            .Select(folder => Path.GetFileName(folder)!).Except(["bin", "obj"]);
        Assert.Equal(rooms.Order(StringComparer.Ordinal),
            DrawnRoom().Matches(Manual.Section(Page, "## What is where")).Select(match => match.Groups[1].Value)
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("## The walk of a credential")]
    [InlineData("## The walk of a logout")]
    public void A_walk_through_the_code_has_no_step_back(string heading)
    {
        string[] steps = [.. Manual.Links(Manual.Section(Page, heading))];
        Assert.True(steps.Length >= 8, "The walk is too short to lead anywhere.");
        Assert.Equal(steps.Distinct(), steps);
    }

    /// <summary>Whoever adds one touches the files that know its neighbour.</summary>
    [Theory]
    [InlineData("## Add a target", @"\bTarget(Kind)?\.Client\b", null)]
    [InlineData("## Add a dialect", @"\bOryOptions\b|\.Ory\b|\bAddOry\b", "src/Gateway/Dialects/Ory/")]
    [InlineData("## Add a kind of realm", @"\bIntrospection(Options|Tokens)\b|\.Introspection\b", "src/Gateway/Realms/Introspection")]
    public void The_lists_of_files_to_touch_are_whole(string heading, string neighbour, string? itsOwn)
    {
        string[] listed = [.. Manual.Links(Manual.Section(Page, heading)).Select(link => Manual.Target(Page, link))];
        (string Path, string Text)[] knowing = [
            .. Sources("src/Gateway").Where(
                file => Regex.IsMatch(file.Text, neighbour)
                    && (itsOwn is null || !file.Path.StartsWith(itsOwn, StringComparison.Ordinal)))];
        Assert.NotEmpty(knowing);
        Assert.All(knowing, file => Assert.Contains(file.Path, listed));
    }

    [Fact]
    public void Rules_that_comments_cite_stand_in_their_rooms_README()
    {
        string[] sources = [.. Sources("src", "tests").Select(file => file.Text)];
        Cited(ProtocolRule(), rule => $"**R{rule} ", "src/Gateway/Cluster/README.md");
        Cited(ReadingRule(), rule => $"**Rule {rule}. ", "src/Gateway/Credentials/README.md");

        void Cited(Regex rule, Func<string, string> written, string page)
        {
            string[] cited = [.. sources.SelectMany(text => rule.Matches(text)).Select(match => match.Groups[1].Value).Distinct()];
            Assert.NotEmpty(cited);
            Assert.All(cited, number => Assert.Contains(written(number), Manual.Pages[page], StringComparison.Ordinal));
        }
    }

    private static IEnumerable<(string Path, string Text)> Sources(params string[] folders)
        => folders.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Select(path => (path, File.ReadAllText(Path.Combine(Repository.Root, path))));

    [GeneratedRegex("^  ([A-Za-z]+)/ ", RegexOptions.Multiline)]
    private static partial Regex DrawnRoom();

    [GeneratedRegex(@"[Rr]ules? R(\d+)")]
    private static partial Regex ProtocolRule();

    [GeneratedRegex(@"[Rr]ules? (\d+a?)")]
    private static partial Regex ReadingRule();
}
