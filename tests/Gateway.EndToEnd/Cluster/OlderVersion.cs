namespace Gateway.EndToEnd.Cluster;

/// <summary>A version of the gateway from this repository's history, built once.</summary>
internal static class OlderVersion
{
    /// <summary>The last commit whose nodes read facts of version 1 only and announce nothing.</summary>
    private const string Commit = "e5cad3bd3e5fadab308a250eef4e7f83ee43d30c";

    /// <summary>Builds it in a folder.</summary>
    /// <returns>The program; null where the history is not there, as in a copy without it.</returns>
    public static async Task<string?> BuildAsync(TempFolder folder)
    {
        string archive = folder["older.tar"], source = Directory.CreateDirectory(folder["older"]).FullName;
        if (await RunAsync("git", Repository.Root, "archive", "-o", archive, Commit) is not null) return null;
        if (await RunAsync("tar", source, "-xf", archive) is { } unpacked) throw new InvalidOperationException(unpacked);
        string built = folder["older-built"];
        // Its own settings hold in its folder; the packages are those that this version was restored from.
        if (await RunAsync("dotnet", source, "build", "src/Gateway", "-c", "Release", "-o", built, "-v", "q", "-p:RunAnalyzers=false",
            "-p:GenerateDocumentationFile=false", "-p:NuGetAudit=false", "-nodeReuse:false") is { } wrong)
            throw new InvalidOperationException(wrong);
        return Path.Combine(built, "Gateway.dll");
    }

    // What it said, when it failed.
    private static async Task<string?> RunAsync(string program, string folder, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(program, arguments, folder);
        process.CloseInput();
        return await process.ExitAsync(TimeSpan.FromMinutes(5)) == 0 ? null : process.Output;
    }
}
