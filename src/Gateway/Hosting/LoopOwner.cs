namespace Gateway.Hosting;

/// <summary>
/// Runs one loop. When it fails, or ends though nobody asked it to, that is logged and counted, and it is started again after a
/// pause that doubles. One that fails time after time cannot be mended from here: the process ends with exit code 1, so that
/// whoever watches over it starts a fresh one.
/// </summary>
internal sealed partial class LoopOwner<T>(T loop, ProcessEnd end, TimeProvider time, ILogger<LoopOwner<T>> logger)
    : IHostedService, IDisposable
    where T : Loop
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // One that ran for this long before it failed is mended: the count begins anew.
    private static readonly TimeSpan Mended = TimeSpan.FromMinutes(1);

    /// <summary>So many failures in a row are not mended by one more start: some 40 s.</summary>
    public const int MostInARow = 12;

    private readonly CancellationTokenSource _stopping = new();
    private Task _owning = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        loop.Time = time;
        loop.Beat();
        await loop.StartAsync(cancellationToken);
        _owning = OwnAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await loop.StopAsync(cancellationToken);
        await _owning.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the owning without a word: a host whose start failed is disposed, and nobody stops it first.</summary>
    public void Dispose() => _stopping.Cancel();

    private async Task OwnAsync()
    {
        int inARow = 0;
        while (true)
        {
            long started = time.GetTimestamp();
            string reason = await EndAsync(loop.ExecuteTask ?? Task.CompletedTask);
            if (_stopping.IsCancellationRequested) return;
            loop.Failures++;
            inARow = time.GetElapsedTime(started) > Mended ? 1 : inARow + 1;
            loop.Trouble = reason;
            if (inARow >= MostInARow)
            {
                end.With(1, $"The gateway ends: {loop.Work} has failed {inARow} times in a row. {reason}");
                return;
            }
            TimeSpan pause = FirstPause * Math.Pow(2, inARow - 1) is var doubled && doubled < LongestPause ? doubled : LongestPause;
            Failed(logger, loop.Work, reason, pause.TotalSeconds);
            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested) return;
            loop.Beat();
            await loop.StartAsync(_stopping.Token);
            loop.Trouble = null;
        }
    }

    private static async Task<string> EndAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return running.Exception?.GetBaseException() is { } error ? $"{error.GetType().Name}: {error.Message}" : "It ended by itself.";
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Error,
        Message = "A loop has failed: {Work}. {Reason} It is started again in {Seconds} s.")]
    private static partial void Failed(ILogger logger, string work, string reason, double seconds);
}
