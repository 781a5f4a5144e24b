using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>One node, for the list of nodes.</summary>
/// <param name="Lease">It holds a lease; for this node, a usable one.</param>
/// <param name="Lag">Facts of the log that it has not applied yet, as far as is known here.</param>
internal sealed record NodeStatus(string Id, string Version, string Address, bool Lease, DateTimeOffset? LeaseEnds, LogPosition Position, long Lag, bool Ready, bool Repairing);

/// <summary>What this node can say about itself and the others: <c>/v1/nodes</c>, <c>/readyz</c>.</summary>
internal sealed class ClusterStatus(Node node, Lease lease, LogFollower follower, ClusterWatch watch, StoreOptions store)
{
    /// <summary>Why traffic should not be sent here now; empty when it may.</summary>
    public IReadOnlyList<string> Reasons()
    {
        List<string> reasons = [];
        if (follower.Trouble is { } trouble) reasons.Add($"The revocation log cannot be read: {trouble}");
        if (!follower.CaughtUp) reasons.Add("The revocation log has not been read to its end yet.");
        if (lease.IsUsable) return follower.CaughtUp ? [] : reasons;
        reasons.Add("This node holds no usable lease.");
        watch.Read((view, now) =>
        {
            if (view.Epoch.Length == 0) reasons.Add("Redis has not been reached yet.");
            else if (!view.IsTrusted && !view.IsSettled(now)) reasons.Add("The log in Redis is new (a young epoch): nodes that held no lease before it wait 1.1 leases (rule R3).");
            else if (!view.IsTrusted && view.Latest is { } latest && view.IsRepairing(latest, now)) reasons.Add("A node still appends again what Redis has lost (rule R3).");
            return true;
        });
        return reasons;
    }

    /// <summary>This node first, then the others by id.</summary>
    public IReadOnlyList<NodeStatus> Nodes()
    {
        bool usable = lease.IsUsable;
        LogPosition applied = follower.Applied;
        if (store.Kind == StoreKind.Sqlite) return [new(node.Id, node.Version, node.Address, usable, null, applied, 0, usable && follower.CaughtUp, false)];
        return watch.Read((view, _) =>
        {
            ClusterState? latest = view.Latest;
            NodeLease? own = latest?.Nodes.FirstOrDefault(entry => entry.Id == node.Id);
            long head = latest?.Head ?? applied.Number;
            List<NodeStatus> nodes = [new(node.Id, node.Version, node.Address, usable, own?.Ends, applied, Math.Max(0, head - applied.Number), usable && follower.CaughtUp, own?.Repairing ?? false)];
            foreach (NodeLease entry in latest?.Nodes.Where(entry => entry.Id != node.Id).OrderBy(entry => entry.Id, StringComparer.Ordinal) ?? Enumerable.Empty<NodeLease>())
            {
                bool holds = entry.Holds && !entry.Over;
                LogPosition position = new(entry.Applied.Epoch, view.Acknowledged(entry.Id, entry.Applied.Epoch) is { } number ? Math.Max(number, entry.Applied.Number) : entry.Applied.Number);
                long lag = position.Epoch == latest!.Epoch ? Math.Max(0, head - position.Number) : head;
                nodes.Add(new(entry.Id, entry.Version, entry.Address, holds, entry.Ends, position, lag, holds && lag == 0, entry.Repairing));
            }
            return nodes;
        });
    }
}
