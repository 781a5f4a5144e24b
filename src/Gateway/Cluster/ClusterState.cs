using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>What every script on the log answers, beside its own result (rules R1, R2 and R4).</summary>
/// <param name="Epoch">The epoch at that moment; the script began a new one if Redis had lost or changed its life.</param>
/// <param name="Head">Number of the last fact.</param>
/// <param name="Mature">Some node has seen this epoch for 1.1 leases of its monotonic clock (rule R3).</param>
/// <param name="Trimmed">No fact above this number was ever trimmed (rule R10).</param>
/// <param name="Now">Redis' time, which can jump.</param>
/// <param name="Version">Grows within the epoch with each change of <paramref name="Nodes"/>: answers of several connections overtake one another.</param>
/// <param name="Nodes">Every node that the cluster knows, also those whose lease is over.</param>
internal sealed record ClusterState(string Epoch, long Head, bool Mature, long Trimmed, DateTimeOffset Now, long Version, IReadOnlyList<NodeLease> Nodes);

/// <summary>One node as Redis holds it.</summary>
/// <param name="Serial">Grows with each renewal: an entry that stays the same shows that nothing was granted meanwhile.</param>
/// <param name="Holds">Whether it was given a lease; a node that starts or repairs announces itself without one.</param>
/// <param name="Over">By Redis' time, as <see cref="IsOver"/> says.</param>
/// <param name="Length">The length of the lease that this node asks for.</param>
/// <param name="Ends">By Redis' time.</param>
/// <param name="Applied">As of its last renewal or acknowledgement.</param>
/// <param name="Serves">Some of its routes serve when stale: its running out never counts as enforced (rule R7).</param>
/// <param name="Repairing">It has not yet appended again what it knows from an earlier epoch (rules R2 and R3).</param>
internal sealed record NodeLease(
    string Id, long Serial, bool Holds, bool Over, TimeSpan Length, DateTimeOffset Ends, LogPosition Applied,
    bool Serves, bool Repairing, string Version, string Address)
{
    /// <summary>Rule R4: Redis' time is past the end; or so far before it that no renewal can have given that end in the
    /// time of now, since the clock went back. Either way this node's own clock has the last word.</summary>
    public static bool IsOver(long ends, long now, long length) => ends <= now || ends > now + length;
}
