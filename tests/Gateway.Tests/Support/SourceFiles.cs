namespace Gateway.Tests.Support;

/// <summary>The C# files of this repository as they stand on the disk, without what a build makes.</summary>
internal static class SourceFiles
{
    private static readonly string[] Folders = ["src", "tests"];

    private static readonly string[] Generated = ["bin", "obj", "node_modules"];

    public static IEnumerable<(string Path, string Text)> Read()
        => Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => Generated.Contains(part)))
            .Select(path => (path, File.ReadAllText(Path.Combine(Repository.Root, path))));
}
