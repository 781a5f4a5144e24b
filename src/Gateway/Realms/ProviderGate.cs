namespace Gateway.Realms;

/// <summary>The questions of one realm: so many at once, so many that wait, so that a flood of unknown tokens at a slow application stays
/// with that realm.</summary>
internal sealed class ProviderGate(ProviderClient client)
{
    private const int AtOnce = 64;
    private const int Waiting = 1024;

    private static readonly ProviderAnswer Busy = new(null, null, IsBusy: true);

    private readonly SemaphoreSlim _turn = new(AtOnce, AtOnce);
    private int _asking;

    /// <summary>Asks when it is this one's turn, within the time that there is for the whole.</summary>
    public Task<ProviderAnswer> AskAsync(HttpRequestMessage question, TimeSpan within, TimeProvider time)
        => InTurnAsync(within, time, Busy, left => client.AskAsync(question, left, time));

    /// <summary>Gives the same for a question of another kind.</summary>
    /// <param name="busy">What is answered when its turn does not come.</param>
    /// <param name="ask">Asks within the time that is left.</param>
    public async Task<T> InTurnAsync<T>(TimeSpan within, TimeProvider time, T busy, Func<TimeSpan, Task<T>> ask)
    {
        if (Interlocked.Increment(ref _asking) > Waiting)
        {
            Interlocked.Decrement(ref _asking);
            return busy;
        }
        try
        {
            long began = time.GetTimestamp();
            using (CancellationTokenSource patience = new(within, time))
            {
                try { await _turn.WaitAsync(patience.Token); }
                catch (OperationCanceledException) { return busy; }
            }
            try
            {
                return within - time.GetElapsedTime(began) is { Ticks: > 0 } left ? await ask(left) : busy;
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    /// <summary>Asks at once, past all who wait: what a probe finds out is about the provider, not about how many ask.</summary>
    public Task<ProviderAnswer> ProbeAsync(HttpRequestMessage question, TimeSpan within, TimeProvider time)
        => client.AskAsync(question, within, time);
}
