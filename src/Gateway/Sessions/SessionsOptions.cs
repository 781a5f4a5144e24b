namespace Gateway.Sessions;

internal sealed record SessionsOptions
{
    /// <summary>How many sessions are remembered at most; the longest unseen go first; default 1,000,000.</summary>
    public int Capacity { get; init; } = 1_000_000;

    /// <summary>How often what was seen is written to the store; default 1 s.</summary>
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a session without an expiry is listed after it was last seen; default 30 days.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromDays(30);
}
