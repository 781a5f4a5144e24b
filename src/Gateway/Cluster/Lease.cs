namespace Gateway.Cluster;

/// <summary>
/// The right to let traffic through, until an instant of this process' monotonic clock. Reading it is one volatile read
/// and one clock read. With the embedded log the lease never ends once the log has been applied; in a cluster each
/// renewal comes with a head of the log and counts only once that head is applied (rule R1).
/// </summary>
internal sealed class Lease(TimeProvider time)
{
    private long _usableUntil = long.MinValue;

    public bool IsUsable => time.GetTimestamp() < Volatile.Read(ref _usableUntil);

    /// <summary>Whether this node may let traffic through for ever: one machine, one log.</summary>
    public void GrantForever() => Volatile.Write(ref _usableUntil, long.MaxValue);

    /// <summary>Usable until that value of <see cref="TimeProvider.GetTimestamp"/>; never shortens what was granted before.</summary>
    public void GrantUntil(long timestamp)
    {
        long current;
        while ((current = Volatile.Read(ref _usableUntil)) < timestamp && Interlocked.CompareExchange(ref _usableUntil, timestamp, current) != current) { }
    }

    /// <summary>Fences this node at once.</summary>
    public void Revoke() => Volatile.Write(ref _usableUntil, long.MinValue);
}
