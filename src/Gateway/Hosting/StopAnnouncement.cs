namespace Gateway.Hosting;

/// <summary>Says that this process is about to stop, before it does: <c>/readyz</c> turns to 503 and both listeners go on, so that
/// nobody is sent to a closed port.</summary>
internal sealed partial class StopAnnouncement(StoppingOptions options, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<StopAnnouncement> logger) : IDisposable
{
    private ITimer? _timer;
    private int _asked;

    /// <summary>Whether this process is about to stop, or stops.</summary>
    public bool IsMade => Volatile.Read(ref _asked) > 0;

    /// <summary>Stops after the announcement; asked a second time, at once.</summary>
    public void Make()
    {
        if (Interlocked.Increment(ref _asked) > 1 || options.Announce <= TimeSpan.Zero)
        {
            lifetime.StopApplication();
            return;
        }
        Announced(logger, options.Announce.TotalSeconds);
        _timer = time.CreateTimer(static host => ((IHostApplicationLifetime)host!).StopApplication(), lifetime, options.Announce,
            Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer?.Dispose();

    [LoggerMessage(EventId = 202, Level = LogLevel.Information,
        Message = "Stopping: /readyz says 503 for {Seconds} s while requests are still taken (Gateway:Stopping:Announce).")]
    private static partial void Announced(ILogger logger, double seconds);
}
