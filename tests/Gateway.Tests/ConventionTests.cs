using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Gateway.Tests;

/// <summary>The rules of this source tree that a compiler does not know.</summary>
public sealed partial class ConventionTests
{
    private static readonly string[] TopLevel =
        ["Directory.Build.props", "Directory.Packages.props", "Gateway.sln", "LICENSE", "README.md", "docker-compose.yml", "gateway.json",
            "global.json", "src", "tests"];

    private static readonly string[] Generated = ["bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    [Fact]
    public void Top_level_holds_what_the_layout_says_and_nothing_else()
    {
        IEnumerable<string> found = Directory.EnumerateFileSystemEntries(Repository.Root)
            .Select(entry => Path.GetFileName(entry)!)
            .Where(name => !name.StartsWith('.') && !Generated.Contains(name) && !name.Contains(".db", StringComparison.Ordinal));
        Assert.Equal(TopLevel, found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Namespaces_are_called_like_their_folders()
    {
        List<string> wrong = [];
        foreach ((string path, string text) in Sources("src/Gateway", "tests/Gateway.Tests", "tests/Gateway.EndToEnd",
            "tests/Gateway.Benchmarks"))
        {
            if (NamespaceLine().Match(text) is not { Success: true } line) continue;
            string folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
            string expected = folder["src/".Length..].TrimStart('/').Replace('/', '.');
            if (folder.StartsWith("tests/", StringComparison.Ordinal)) expected = folder["tests/".Length..].Replace('/', '.');
            if (line.Groups[1].Value != expected) wrong.Add($"{path}: {line.Groups[1].Value} should be {expected}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_file_holds_more_than_400_lines()
    {
        string[] tooLong = [.. Sources("src", "tests").Where(file => file.Text.Count(c => c == '\n') > 400).Select(file => file.Path)];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nothing_is_left_unfinished_in_the_sources()
        => Assert.Empty(Sources("src", "tests")
            .Where(file => !file.Path.EndsWith(nameof(ConventionTests) + ".cs", StringComparison.Ordinal))
            .SelectMany(file => UnfinishedMark().Matches(file.Text).Select(mark => $"{file.Path}: {mark.Value}")));

    [Fact]
    public void No_merge_is_left_half_done()
        => Assert.Empty(Texts().Where(file => MergeMark().IsMatch(file.Text)).Select(file => file.Path));

    [Fact]
    public void No_path_of_somebodys_machine_stands_in_the_tree()
    {
        List<string> wrong = [];
        foreach ((string path, string text) in Texts())
        {
            if (text.Contains(Repository.Root, StringComparison.Ordinal)) wrong.Add($"{path}: {Repository.Root}");
            wrong.AddRange(MachinePath().Matches(text).Select(match => $"{path}: {match.Value}"));
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Types_are_internal_and_sealed_unless_something_derives_from_them()
    {
        Type[] types = [.. typeof(GatewayHost).Assembly.GetTypes().Where(type => !IsGenerated(type))];
        HashSet<Type> bases = [.. types.Select(type => type.BaseType).OfType<Type>()
            .Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type)];
        Assert.Empty(types.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !bases.Contains(type))
            .Select(type => type.FullName));
        Assert.Empty(types.Where(type => type.IsPublic && type.Name != "Program").Select(type => type.FullName));
    }

    [Fact]
    public void An_interface_stands_where_there_are_two_implementations_or_one_in_a_higher_room()
    {
        Type[] types = [.. typeof(GatewayHost).Assembly.GetTypes()];
        Assert.Empty(
            types.Where(type => type is { IsInterface: true } && type.Namespace?.StartsWith("Gateway", StringComparison.Ordinal) == true
                && !IsGenerated(type))
            .Where(type =>
                types.Where(other => other is { IsInterface: false } && type.IsAssignableFrom(other)).ToArray() is var implementations
                && implementations.Length < 2 && !implementations.Any(one => Room(one) != Room(type)))
            .Select(type => type.FullName));

        static string Room(Type type) => type.Namespace!.Split('.').ElementAtOrDefault(1) ?? "";
    }

    [Fact]
    public void Program_is_a_table_of_contents()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "src/Gateway/Program.cs"));
        Assert.InRange(lines.Length, 1, 30);
    }

    [Fact]
    public void Each_test_folder_mirrors_a_room()
    {
        string[] rooms = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src/Gateway"))
            .Select(folder => Path.GetFileName(folder)!)];
        string[] folders = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "tests/Gateway.Tests"))
            .Select(folder => Path.GetFileName(folder)!).Except(Generated).Except(["Support"])];
        Assert.Empty(folders.Except(rooms));
    }

    [Fact]
    public void Package_locks_record_no_download_address()
    {
        string node = Path.Combine(Repository.Root, "tests/Gateway.EndToEnd/node/package-lock.json");
        if (File.Exists(node)) Assert.DoesNotMatch("\"resolved\": *\"https?://", File.ReadAllText(node));
    }

    private static bool IsGenerated(Type type)
        => type.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
            || type.Name.Contains('<', StringComparison.Ordinal)
            || type.Namespace?.StartsWith("Gateway", StringComparison.Ordinal) != true
            || typeof(Google.Protobuf.IMessage).IsAssignableFrom(type)
            || (type.DeclaringType is { } outer && IsGenerated(outer))
            || type.Name.EndsWith("Reflection", StringComparison.Ordinal);

    private static IEnumerable<(string Path, string Text)> Sources(params string[] folders)
        => Texts().Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal)
            && folders.Any(folder => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)));

    private static IEnumerable<(string Path, string Text)> Texts()
    {
        string[] kinds = [".cs", ".csproj", ".props", ".sln", ".json", ".md", ".yml", ".yaml", ".sh", ".js", ".mjs", ".cjs", ".py", ".lua",
            ".proto", ".html", ".txt", ".editorconfig", ".npmrc", ".lua"];
        return Directory.EnumerateFiles(Repository.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => Generated.Contains(part) || part == ".git"))
            .Where(file => kinds.Contains(Path.GetExtension(file)) || Path.GetFileName(file) is "Dockerfile" or "run")
            .Select(file => (file, File.ReadAllText(Path.Combine(Repository.Root, file))));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex("^(<{7}|>{7}) ", RegexOptions.Multiline)]
    private static partial Regex MergeMark();

    [GeneratedRegex(@"(?<![\w.\]}])(/(home|root|Users|mnt)/\w+|[A-Z]:\\Users\\)")]
    private static partial Regex MachinePath();
}
