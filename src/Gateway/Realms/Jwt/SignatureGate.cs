namespace Gateway.Realms.Jwt;

/// <summary>
/// Bounds the checking of signatures to half of the cores, for all realms together: a flood of forged tokens, each of which has to be
/// checked, leaves the other half to those whose tokens are known. Who waits has no thread; who finds too many waiting is told to come
/// again.
/// </summary>
internal sealed class SignatureGate(int cores)
{
    /// <summary>At thirty microseconds each, a tenth of a second of waiting.</summary>
    public const int MostWaiting = 4096;

    private readonly SemaphoreSlim _free = new(Math.Max(1, cores / 2));
    private int _waiting;

    /// <summary>Gives a place to check one signature in, at once where one is free; false when too many wait.</summary>
    public ValueTask<bool> EnterAsync()
    {
        if (_free.Wait(0)) return new(true);
        if (Interlocked.Increment(ref _waiting) <= MostWaiting) return new(WaitAsync());
        Interlocked.Decrement(ref _waiting);
        return new(false);
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => _free.Release();

    private async Task<bool> WaitAsync()
    {
        try { await _free.WaitAsync(); }
        finally { Interlocked.Decrement(ref _waiting); }
        return true;
    }
}
