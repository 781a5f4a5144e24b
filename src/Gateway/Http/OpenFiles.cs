using System.Globalization;

namespace Gateway.Http;

/// <summary>How many files, and with them sockets, this process may have open (Linux, proc(5), <c>/proc/self/limits</c>). The runtime
/// raises the soft limit to the hard one when it starts.</summary>
internal static class OpenFiles
{
    private const string Row = "Max open files";

    /// <summary>Null where the system does not say, or has no limit.</summary>
    public static int? Most()
    {
        try { return Parse(File.ReadLines("/proc/self/limits")); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return null; }
    }

    /// <summary>The soft limit, of lines of name, soft limit, hard limit and unit.</summary>
    public static int? Parse(IEnumerable<string> limits)
        => limits.FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal)) is { } line
            && int.TryParse(line[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(),
                CultureInfo.InvariantCulture, out int most) ? most : null;

    /// <summary>How many connections of callers fit in: two sockets each, of which one goes to the application, and an eighth is left for
    /// the store, the providers and the log.</summary>
    public static int ConnectionsOf(int files) => Math.Max(1, (files - files / 8) / 2);
}
