using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Observability;

/// <summary>The console log: time (UTC), level, category, number of the event, message. A warning tells what its exception says and not
/// where it was thrown; an error tells all.</summary>
internal sealed class PlainFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "gateway";

    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int StartFailed = 11;

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, TextWriter writer)
    {
        // The command itself tells in words why the start failed.
        if (entry.Category == Host && entry.EventId.Id == StartFailed) return;
        writer.Write(
            $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss.fff} {Level(entry.LogLevel)} {entry.Category}[{entry.EventId.Id}]: {entry.Formatter(entry.State, entry.Exception)}");
        if (entry.Exception is { } error) writer.Write(entry.LogLevel >= LogLevel.Error ? Environment.NewLine + error : " " + Said(error));
        writer.WriteLine();
    }

    private static string Said(Exception error)
        => error.InnerException is { } inner && !error.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{error.Message} {Said(inner)}" : error.Message;

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };
}
