namespace Gateway.EndToEnd.Support;

/// <summary>Runs a script of the folder <c>node</c>, where the vendors' own clients are installed.</summary>
internal static class NodeScript
{
    /// <summary>The folder with the scripts and their node_modules.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Gateway.EndToEnd", "node");

    /// <summary>A file of an installed package, as in <c>axe-core/axe.min.js</c>.</summary>
    public static string PackageFile(string name) => Path.Combine(Folder, "node_modules", name);

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        await using ChildProcess process = Start(script, arguments);
        process.CloseInput();
        int code = await process.ExitAsync();
        return code == 0 ? process.Output : throw new InvalidOperationException($"node {script} ended with {code}:\n{process.Output}");
    }

    /// <summary>Starts it and leaves it running.</summary>
    public static ChildProcess Start(string script, params string[] arguments)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            throw new InvalidOperationException(
                "The vendors' clients are not installed. Run: npm ci --prefix tests/Gateway.EndToEnd/node (tests/run.sh does).");
        return ChildProcess.Start("node", [Path.Combine(Folder, script), .. arguments], Folder);
    }
}
