using Gateway.Configuration;

namespace Gateway.Commands;

/// <summary>
/// ASP.NET Core configuration on the command line: <c>--Key value</c>, <c>--Key=value</c>, <c>/Key value</c>, <c>Key=value</c>.
/// </summary>
internal static class CommandLineSettings
{
    // The section or setting that a key begins with: those of the file, and what ASP.NET Core's host reads by itself.
    private static readonly string[] Known =
    [
        .. ConfigurationFile.TopLevel, "environment", "applicationName", "contentRoot", "webroot", "shutdownTimeoutSeconds",
        "detailedErrors", "suppressStatusMessages", "hostBuilder",
    ];

    /// <summary>Tells what is wrong with the words that are no option of ours: the first that is no setting, as a mistyped command or
    /// option would be; null when all are settings.</summary>
    public static string? Complaint(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            bool whole = word.Contains('=');
            if (!whole && !word.StartsWith("--", StringComparison.Ordinal) && !word.StartsWith('/')) return Stray(word);
            string key = word.TrimStart('-', '/').Split('=')[0].Split(':')[0];
            if (!Known.Contains(key, StringComparer.OrdinalIgnoreCase)) return Stray(word, Suggestion.Nearest(key, [.. Known, "config"]));
            // A key takes the next word as its value; one that is itself a key was forgotten.
            if (!whole && (++i >= words.Count || words[i].StartsWith("--", StringComparison.Ordinal))) return Stray(word);
        }
        return null;
    }

    private static string Stray(string word, string? meant = null)
        => $"'{word}' is neither a command nor a setting.{(meant is null ? "" : $" Did you mean --{meant}?")} Settings look like --urls "
            + "http://127.0.0.1:8080 or --Gateway:Store:Path=gateway.db; --help lists the commands.";
}
