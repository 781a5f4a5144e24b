namespace Gateway.TwoFactor;

/// <summary>Runs work that takes a processor for a good part of a second, or may wait for the store: on threads of its own, few
/// at a time, so that those which serve sockets never notice a burst of passwords.</summary>
internal sealed class SlowLane : IDisposable
{
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try { return await Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default); }
        finally { _turns.Release(); }
    }

    public void Dispose() => _turns.Dispose();
}
