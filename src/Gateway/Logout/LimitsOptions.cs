namespace Gateway.Logout;

/// <summary>The section <c>Gateway:Limits</c>. A budget refuses only what ends no session that is known to be alive.</summary>
internal sealed record LimitsOptions
{
    /// <summary>How many facts somebody may record about his own sessions in an hour, on each node; default 60.</summary>
    public int SubjectFactsPerHour { get; init; } = 60;

    /// <summary>How many facts an administrator, a key or an issuer may record in a minute, on each node; default 10,000.</summary>
    public int CallerFactsPerMinute { get; init; } = 10_000;

    /// <summary>How many facts all nodes together record in a day, half of them at most about callers' own sessions; default
    /// 1,000,000.</summary>
    public int ClusterFactsPerDay { get; init; } = 1_000_000;

    /// <summary>How many sessions one call of an administrator may end unconfirmed; default 1000.</summary>
    public int UnconfirmedPerCall { get; init; } = 1000;

    /// <summary>How many sessions an administrator may end unconfirmed in a minute, on each node; default 5000.</summary>
    public int UnconfirmedPerMinute { get; init; } = 5000;
}
