namespace Gateway.Cluster;

/// <summary>
/// The right to let traffic through, until an instant of this process' monotonic clock. Reading it is one volatile read
/// and one clock read. With the embedded log the lease never ends once the log has been applied; in a cluster each
/// renewal comes with a head of the log and counts only once that head is applied (rule R1).
/// </summary>
internal sealed class Lease(TimeProvider time)
{
    private long _usableUntil = long.MinValue;
    private readonly Lock _telling = new();
    private bool _loaded;
    private bool _servesAsTold = true;
    private long _told;

    /// <summary>Whether this node may let traffic through now.</summary>
    public bool IsUsable => time.GetTimestamp() < Volatile.Read(ref _usableUntil);

    /// <summary>Whether all that is on this machine's disk has been applied. Before that nobody is let through, not even by a
    /// route that serves when stale: what this node knew before it stopped, it knows.</summary>
    public bool IsLoaded { get => Volatile.Read(ref _loaded); private set => Volatile.Write(ref _loaded, value); }

    public void Loaded() => IsLoaded = true;

    /// <summary>Whether a route that serves when stale may do so now: what lies on this machine's disk is applied, and the cluster was not
    /// told last that this node serves nobody then (rule R7). A node that is stale cannot tell it otherwise.</summary>
    public bool MayServeStale => IsLoaded && Volatile.Read(ref _servesAsTold);

    /// <summary>Notes what a renewal that was answered has told the cluster.</summary>
    /// <param name="serial">Of the renewal: answers may overtake one another.</param>
    public void Told(long serial, bool serves)
    {
        lock (_telling)
        {
            if (serial <= _told) return;
            _told = serial;
            Volatile.Write(ref _servesAsTold, serves);
        }
    }

    /// <summary>Lets this node pass traffic for ever: one machine, one log.</summary>
    public void GrantForever() => GrantUntil(long.MaxValue);

    /// <summary>
    /// Makes it usable until that value of <see cref="TimeProvider.GetTimestamp"/>; never shortens what was granted before.
    /// </summary>
    public void GrantUntil(long timestamp)
    {
        long current;
        while ((current = Volatile.Read(ref _usableUntil)) < timestamp)
        {
            if (Interlocked.CompareExchange(ref _usableUntil, timestamp, current) == current) return;
        }
    }

    /// <summary>Fences this node at once.</summary>
    public void Revoke() => Volatile.Write(ref _usableUntil, long.MinValue);
}
