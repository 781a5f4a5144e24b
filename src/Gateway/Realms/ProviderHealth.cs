namespace Gateway.Realms;

/// <summary>
/// Whether a realm's provider can be asked, as a question of the gateway's own finds. What it answers about the token of some caller says
/// nothing of that: it only raises a doubt, and then it is asked.
/// </summary>
/// <param name="probe">Asks now: what is wrong with the provider; null when it answers.</param>
internal sealed class ProviderHealth(Func<Task<string?>> probe, TimeProvider time)
{
    private static readonly TimeSpan AskAgainEvery = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _doubt = new(0, 1);
    private string? _trouble;

    /// <summary>Why tokens cannot be verified now; null when they can, as far as is known.</summary>
    public string? Trouble => Volatile.Read(ref _trouble);

    /// <summary>It gave no answer, or one that could be about itself.</summary>
    public void Doubt()
    {
        try { _doubt.Release(); }
        catch (SemaphoreFullException) { /* it is in doubt already */ }
    }

    /// <summary>It has answered a question as it should.</summary>
    public void Answered()
    {
        if (Trouble is not null) Volatile.Write(ref _trouble, null);
    }

    /// <summary>Asks when there is a doubt, and again and again while in trouble: a node that is not ready gets no traffic, which could
    /// show that it is again.</summary>
    public async Task UpkeepAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (Trouble is null) await _doubt.WaitAsync(cancellation);
            else await Task.Delay(AskAgainEvery, time, cancellation);
            Volatile.Write(ref _trouble, await probe().WaitAsync(cancellation));
        }
    }
}
