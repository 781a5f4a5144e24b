using System.Runtime.InteropServices;

namespace Gateway.Configuration;

/// <summary>
/// Takes a changed gateway.json while running. The file is compared as it stands a few times a second, which also sees
/// what a container's mounts and links hide from notifications; SIGHUP asks for it at once, and is always answered in the log.
/// YARP's section takes effect at once; a version that is not wholly good changes nothing and is reported; other sections need
/// a restart, and the log says so.
/// </summary>
internal sealed partial class ConfigurationReload(
    GatewayFileProvider file, ConfigurationReading reading, ConfigurationFolder folder, RunningConfiguration running,
    ConfigurationMetrics metrics, TimeProvider time,
    ILogger<ConfigurationReload> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Live = ["ReverseProxy", "Logging"];

    private byte[]? _seen = file.Bytes;
    private bool _asked;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;   // it would end the process
            Volatile.Write(ref _asked, true);
        });
        using PeriodicTimer timer = new(Interval, time);
        byte[]? before = _seen;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                byte[]? now = await ReadAsync(stopping);
                if (Interlocked.Exchange(ref _asked, false))
                {
                    before = now;
                    if (now is not null && Same(now, _seen)) Unchanged(logger, file.Path);
                }
                // Twice the same: nobody is in the middle of writing it.
                bool settled = Same(now, before);
                before = now;
                if (!settled || Same(now, _seen)) continue;
                _seen = now;
                if (now is null) Gone(logger, file.Path);
                else Take(now);
            }
        }
        catch (OperationCanceledException) { /* the host stops */ }
    }

    private void Take(byte[] json)
    {
        List<Problem> found = [];
        Dictionary<string, string?> data = ConfigurationFile.Parse(json, found);
        List<Problem> problems = found;
        if (found.Count == 0)
        {
            ConfigurationBuilder candidate = new();
            candidate.AddInMemoryCollection(data);
            foreach (IConfigurationSource source in ConfigurationSources.Overrides(reading.Args)) candidate.Add(source);
            running.Schema.Read(candidate.Build(), folder, [], running.Sections, out problems);
        }
        metrics.Reloaded(problems.Count == 0);
        if (problems.Count > 0)
        {
            Refused(logger, file.Path, string.Join(" | ", problems));
            return;
        }
        string[] restart = [.. Changed(file.Current, data).Select(key => key.Split(':')[0]).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(section => !Live.Contains(section, StringComparer.OrdinalIgnoreCase))];
        file.Replace(data);
        Taken(logger, file.Path);
        if (restart.Length > 0) NeedsRestart(logger, string.Join(", ", restart));
    }

    private static IEnumerable<string> Changed(IReadOnlyDictionary<string, string?> old, IReadOnlyDictionary<string, string?> now)
        => old.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(key => !old.TryGetValue(key, out string? before) || !now.TryGetValue(key, out string? after) || before != after);

    private async Task<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        try { return await File.ReadAllBytesAsync(file.Path, cancellation); }
        catch (IOException) { return null; }
        catch (UnauthorizedAccessException) { return null; }
    }

    private static bool Same(byte[]? one, byte[]? other)
        => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);

    [LoggerMessage(EventId = 170, Level = LogLevel.Information, Message = "SIGHUP: {File} was read again; nothing in it has changed")]
    private static partial void Unchanged(ILogger logger, string file);

    [LoggerMessage(EventId = 100, Level = LogLevel.Information,
        Message = "{File} was read again; the new routes and clusters are in effect")]
    private static partial void Taken(ILogger logger, string file);

    [LoggerMessage(EventId = 101, Level = LogLevel.Error,
        Message = "{File} has changed but cannot be used; the gateway goes on with what it had. {Problems}")]
    private static partial void Refused(ILogger logger, string file, string problems);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Changes in {Sections} take effect at the next start")]
    private static partial void NeedsRestart(ILogger logger, string sections);

    [LoggerMessage(EventId = 103, Level = LogLevel.Error, Message = "{File} cannot be read any more; the gateway goes on with what it had")]
    private static partial void Gone(ILogger logger, string file);
}
