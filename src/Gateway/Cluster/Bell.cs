namespace Gateway.Cluster;

/// <summary>Rung by many, waited for by one; a burst of rings is one. Whoever rings runs what waited, up to its next wait:
/// a logout is not handed from thread to thread. So what waits here does little at a time, and blocks nothing.</summary>
internal sealed class Bell
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private bool _rung;

    public void Ring()
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            (waiting, _waiting) = (_waiting, null);
            _rung = waiting is null;
        }
        waiting?.SetResult();
    }

    /// <returns>Whether it was rung; false when the time has passed.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        TaskCompletionSource waiting = new();
        lock (_lock)
        {
            if (_rung)
            {
                _rung = false;
                return true;
            }
            _waiting = waiting;
        }
        await waiting.Task.WaitAsync(atMost, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_waiting != waiting) return true;
            _waiting = null;
            return false;
        }
    }
}
