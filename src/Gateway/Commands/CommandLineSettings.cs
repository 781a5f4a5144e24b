namespace Gateway.Commands;

/// <summary>ASP.NET Core configuration on the command line: <c>--Key value</c>, <c>--Key=value</c>, <c>/Key value</c>, <c>Key=value</c>.</summary>
internal static class CommandLineSettings
{
    /// <summary>What is wrong with the words that are no option of ours: the first that is no setting, as a mistyped command
    /// would be; null when all are settings.</summary>
    public static string? Complaint(IReadOnlyList<string> words) => FirstStray(words) is { } stray
        ? $"'{stray}' is neither a command nor a setting. Settings look like --urls http://127.0.0.1:8080 or --Gateway:Store:Path=gateway.db; --help lists the commands."
        : null;

    private static string? FirstStray(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i].Contains('=')) continue;
            if (!words[i].StartsWith("--", StringComparison.Ordinal) && !words[i].StartsWith('/')) return words[i];
            // A key takes the next word as its value; one that is itself a key was forgotten.
            if (++i >= words.Count || words[i].StartsWith("--", StringComparison.Ordinal)) return words[i - 1];
        }
        return null;
    }
}
