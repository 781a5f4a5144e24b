using System.Collections.Frozen;
using System.Reflection;

namespace Gateway.Management.Page;

/// <summary>Holds the files of the page, which are a part of the program: nothing is fetched from elsewhere, and none can be put
/// in.</summary>
internal static class PageFiles
{
    public const string Start = "index.html";

    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, PageFile> All = Read();

    public static PageFile? Find(string name) => All.GetValueOrDefault(name);

    private static FrozenDictionary<string, PageFile> Read()
    {
        Assembly program = typeof(PageFiles).Assembly;
        return program.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => new PageFile(Bytes(program, name), TypeOf(name)),
                StringComparer.Ordinal);
    }

    private static byte[] Bytes(Assembly program, string name)
    {
        using Stream stream = program.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}
