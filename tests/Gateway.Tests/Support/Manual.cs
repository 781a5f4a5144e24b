using System.Text.RegularExpressions;

namespace Gateway.Tests.Support;

/// <summary>What the repository tells its readers: the README, the pages of src/docs, the rooms' READMEs, .github.</summary>
internal static partial class Manual
{
    /// <summary>Every page, by its path below the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> Pages { get; } = Read();

    public static string Readme => Pages["README.md"];

    /// <summary>Every block of code, in the order of the pages.</summary>
    public static IEnumerable<Snippet> Snippets
        => Pages.OrderBy(page => page.Key, StringComparer.Ordinal).SelectMany(page => Snippet.In(page.Key, page.Value));

    /// <summary>What stands between a heading and the next one.</summary>
    public static string Section(string page, string heading)
        => string.Join('\n', Pages[page].Split('\n').SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith('#')));

    /// <summary>The rows of the tables under one heading whose first cell is a key: the key and the cell after it.</summary>
    public static Dictionary<string, string> Table(string page, string heading)
        => Section(page, heading).Split('\n').Select(Row).OfType<(string, string)>().ToDictionary();

    /// <summary>A table's row whose first cell is a key; null for any other line.</summary>
    public static (string Key, string Cell)? Row(string line)
        => TableRow().Match(line) is { Success: true } row ? (row.Groups[1].Value, row.Groups[2].Value.Trim()) : null;

    /// <summary>Where the links of a text lead, as they are written.</summary>
    public static IEnumerable<string> Links(string text) => Link().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>The path that a link on this page means, below the repository's root.</summary>
    public static string Target(string page, string link)
        => Below(Path.GetFullPath(link, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!)));

    private static Dictionary<string, string> Read()
    {
        string[] folders = ["src", ".github"];
        IEnumerable<string> files = folders.Select(folder => Path.Combine(Repository.Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Repository.Root, "README.md"));
        return files.Select(Below).Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .ToDictionary(path => path, path => File.ReadAllText(Path.Combine(Repository.Root, path)));
    }

    private static string Below(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    [GeneratedRegex(@"^\| `([A-Za-z0-9:]+)` \|([^|]*)\|")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
