namespace Gateway.Hosting;

/// <summary>How the gateway stops when a service manager asks it to (SIGTERM).</summary>
internal sealed record StoppingOptions
{
    /// <summary>
    /// How long <c>/readyz</c> says 503 while both listeners go on, so that load balancers send their traffic elsewhere; default 5 s, zero
    /// switches it off.
    /// </summary>
    public TimeSpan Announce { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what is open may take to end by itself; what is left then is cut; default 30 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);
}
