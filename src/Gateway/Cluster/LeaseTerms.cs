namespace Gateway.Cluster;

/// <summary>How much of a lease counts. Clock rates may differ by 5 % in either direction, so a node uses a little less
/// than it was given, and whoever waits for the end of somebody else's lease waits a little longer (rule R4):
/// 0.9 / 0.95 &lt; 1 &lt; 1.1 / 1.05.</summary>
internal static class LeaseTerms
{
    /// <summary>Rule R4: the part of its lease that a node uses, on its monotonic clock, from before it asked.</summary>
    public const double Used = 0.9;

    /// <summary>Rules R3 and R4: how many leases must pass until every lease that was given before is over.</summary>
    public const double Over = 1.1;

    /// <summary>Rule R12: the timer that bounds what a lost bell costs, and how often a lease is renewed, in leases.</summary>
    public const double Timer = 0.2;

    public static long Ticks(TimeSpan lease, double leases, long frequency) => (long)(lease.TotalSeconds * leases * frequency);
}
