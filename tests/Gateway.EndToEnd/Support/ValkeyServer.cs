namespace Gateway.EndToEnd.Support;

/// <summary>Where Valkey's server is on this machine.</summary>
internal static class ValkeyServer
{
    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>Starts one.</summary>
    /// <exception cref="Xunit.SkipException">There is none on this machine.</exception>
    public static Task<RedisProcess> StartAsync() => RedisProcess.StartOtherAsync(Program);

    private static string Program => Found.Value
        ?? throw new SkipException("There is no Valkey here; tests/run.sh installs the package valkey-tools where it can be had.");

    // Debian's package valkey-tools has the server itself, under the name of a tool: by which name it is called tells what it does.
    private static string? Find()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? In(string name) => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (In("valkey-server") is { } server) return server;
        if (In("valkey-check-rdb") is not { } tool) return null;
        string link = Path.Combine(Directory.CreateTempSubdirectory("gateway-valkey-").FullName, "valkey-server");
        File.CreateSymbolicLink(link, tool);
        return link;
    }
}
