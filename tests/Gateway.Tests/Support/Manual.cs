namespace Gateway.Tests.Support;

/// <summary>What the repository tells its readers: the README, the pages of src/docs, the rooms' READMEs, .github.</summary>
internal static class Manual
{
    /// <summary>Every page, by its path below the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> Pages { get; } = Read();

    public static string Readme => Pages["README.md"];

    /// <summary>Every block of code, in the order of the pages.</summary>
    public static IEnumerable<Snippet> Snippets => Pages.OrderBy(page => page.Key, StringComparer.Ordinal).SelectMany(page => Snippet.In(page.Key, page.Value));

    private static Dictionary<string, string> Read()
    {
        string[] folders = ["src", ".github"];
        IEnumerable<string> files = folders.Select(folder => Path.Combine(Repository.Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Repository.Root, "README.md"));
        return files.Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .ToDictionary(path => path, path => File.ReadAllText(Path.Combine(Repository.Root, path)));
    }
}
