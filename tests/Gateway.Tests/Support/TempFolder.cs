namespace Gateway.Tests.Support;

/// <summary>A folder of its own for one test, gone when the test is over.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gateway-test-").FullName;

    /// <summary>The full path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose()
    {
        try { Directory.Delete(Path, recursive: true); }
        catch (IOException) { /* a process that still writes loses the race; the folder is under the system's temporary one */ }
        catch (UnauthorizedAccessException) { /* a test made it read-only */ }
    }
}
