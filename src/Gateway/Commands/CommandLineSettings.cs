namespace Gateway.Commands;

/// <summary>ASP.NET Core configuration on the command line: <c>--Key value</c>, <c>--Key=value</c>, <c>/Key value</c>, <c>Key=value</c>.</summary>
internal static class CommandLineSettings
{
    /// <summary>The first word that is none of these, as a mistyped command would be; null when all are settings.</summary>
    public static string? FirstStray(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i].Contains('=')) continue;
            if (!words[i].StartsWith("--", StringComparison.Ordinal) && !words[i].StartsWith('/')) return words[i];
            if (++i >= words.Count) return words[i - 1];
        }
        return null;
    }
}
