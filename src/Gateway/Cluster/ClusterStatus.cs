using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>What this node can say about itself and the others: <c>/v1/nodes</c>, <c>/readyz</c>.</summary>
internal sealed class ClusterStatus(Node node, Lease lease, LogFollower follower, ClusterWatch watch)
{
    /// <summary>Tells why traffic should not be sent here now; empty when it may.</summary>
    public IReadOnlyList<string> Reasons()
    {
        List<string> reasons = [];
        if (follower.Unread is { } trouble) reasons.Add($"The revocation log cannot be read: {trouble}");
        if (!follower.CaughtUp) reasons.Add("The revocation log has not been read to its end yet.");
        if (lease.IsUsable) return follower.CaughtUp ? [] : reasons;
        reasons.Add("This node holds no usable lease.");
        if (watch.Unproven is { } unproven) reasons.Add($"Rule R16: {unproven}.");
        watch.Read((view, now) =>
        {
            if (view.Epoch.Length == 0) reasons.Add("The revocation log has not been reached yet.");
            else if (!view.IsTrusted && !view.IsSettled(now))
                reasons.Add("The log is new (a young epoch): nodes that held no lease before it wait 1.1 leases (rule R3).");
            else if (!view.IsTrusted && view.Latest is { } latest && view.IsRepairing(latest, now))
                reasons.Add("A node still appends again what the log has lost (rule R3).");
            return true;
        });
        return reasons;
    }

    /// <summary>Lists this node first, then the others by id.</summary>
    public IReadOnlyList<NodeStatus> Nodes()
    {
        bool usable = lease.IsUsable;
        LogPosition applied = follower.Applied;
        return watch.Read((view, _) =>
        {
            ClusterState? latest = view.Latest;
            NodeLease? own = latest?.Nodes.FirstOrDefault(entry => entry.Id == node.Id);
            long head = latest?.Head ?? applied.Number;
            // Alone, the lease has no end.
            DateTimeOffset? ends = own?.Ends == DateTimeOffset.MaxValue ? null : own?.Ends;
            List<NodeStatus> nodes =
            [
                new(node.Id, node.Version, node.Address, usable, ends, applied, Math.Max(0, head - applied.Number),
                    usable && follower.CaughtUp, own?.Repairing ?? false),
            ];
            foreach (NodeLease entry in latest?.Nodes.Where(entry => entry.Id != node.Id).OrderBy(entry => entry.Id, StringComparer.Ordinal)
                ?? Enumerable.Empty<NodeLease>())
            {
                bool holds = entry.Holds && !entry.Over;
                LogPosition position = new(entry.Applied.Epoch,
                    view.Acknowledged(entry.Id, entry.Applied.Epoch) is { } number
                        ? Math.Max(number, entry.Applied.Number)
                        : entry.Applied.Number);
                long lag = position.Epoch == latest!.Epoch ? Math.Max(0, head - position.Number) : head;
                nodes.Add(new(entry.Id, entry.Version, entry.Address, holds, entry.Ends, position, lag, holds && lag == 0,
                    entry.Repairing));
            }
            return nodes;
        });
    }
}
