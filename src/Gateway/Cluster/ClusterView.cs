using System.Runtime.InteropServices;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>
/// What one node knows of the cluster: the reign and since when, which nodes it saw alive and when, and how far each has
/// acknowledged. Pure bookkeeping on instants of this node's monotonic clock; its owner takes the lock. Every decision of
/// the protocol that needs more than one message is made here, in <see cref="LeaseBook"/> or in <see cref="Settlement"/>.
/// </summary>
internal sealed class ClusterView(string self, TimeSpan lease, long frequency)
{
    private readonly Dictionary<string, Seen> _nodes = [];
    private readonly Dictionary<(string Node, string Reign), long> _acknowledged = [];
    private TimeSpan _longest = lease;
    private long _reignSeen;
    private long _looks;
    private bool _mature;
    private string? _trusted;

    private sealed class Seen(NodeLease entry, long changed)
    {
        public NodeLease Entry = entry;
        public long Changed = changed;
        public string Reign = "";

        /// <summary>The last look at the list of nodes that found it there.</summary>
        public long Look;
    }

    public string Self => self;

    /// <summary>The reign that was seen last; empty before the first answer.</summary>
    public string Reign { get; private set; } = "";

    /// <summary>When the latest answer that counts was asked for.</summary>
    public long LastAsked { get; private set; } = long.MinValue;

    public ClusterState? Latest { get; private set; }

    /// <summary>1.1 of the longest lease that any node asks for.</summary>
    public long OverTicks => LeaseTerms.Ticks(_longest, LeaseTerms.Over, frequency);

    /// <summary>Takes in what a script answered.</summary>
    /// <param name="asked">This node's clock before it asked.</param>
    /// <param name="answered">This node's clock when the answer was there.</param>
    /// <param name="leaseUsable">Whether this node could use a lease at <paramref name="answered"/>.</param>
    /// <returns>False when the answer is older than what is known already; nothing of it may be used.</returns>
    public bool Observe(ClusterState state, long asked, long answered, bool leaseUsable)
    {
        if (state.Reign != Reign)
        {
            // Answers of several connections may overtake one another: what was asked before this reign was seen is older than it.
            if (Reign.Length > 0 && asked <= _reignSeen) return false;
            BeginReign(state.Reign, answered, leaseUsable);
        }
        _mature |= state.Mature;
        // Rule R4: what was asked earlier may have been answered later, so it is the list's own version that counts.
        if (Latest is { } latest && latest.Reign == state.Reign && (state.Version < latest.Version || (state.Version == latest.Version && asked < LastAsked))) return true;
        LastAsked = Math.Max(LastAsked, asked);
        Latest = state;
        See(state, answered);
        return true;
    }

    private void BeginReign(string reign, long answered, bool leaseUsable)
    {
        Reign = reign;
        _reignSeen = answered;
        _mature = false;
        // Rule R3: who holds a usable lease when the reign ends has applied everything that was answered "all" in it.
        _trusted = leaseUsable ? reign : null;
        foreach ((string Node, string Reign) key in _acknowledged.Keys)
            if (key.Reign != reign) _acknowledged.Remove(key);
    }

    private void See(ClusterState state, long answered)
    {
        _looks++;
        foreach (NodeLease entry in state.Nodes)
        {
            if (entry.Length > _longest) _longest = entry.Length;
            if (!_nodes.TryGetValue(entry.Id, out Seen? seen)) _nodes[entry.Id] = seen = new Seen(entry, answered);
            if (entry.Serial != seen.Entry.Serial) seen.Changed = answered;
            (seen.Entry, seen.Reign, seen.Look) = (entry, state.Reign, _looks);
            Acknowledge(entry.Id, entry.Applied);
        }
        // An entry that went away within a reign was given back, or removed on proof that it is over (see Removable).
        // With a new reign the list starts anew: who was seen a moment ago may still hold a lease of the reign before.
        foreach ((string id, Seen seen) in _nodes)
            if (seen.Look != _looks && (seen.Reign == state.Reign || answered - seen.Changed >= OverTicks)) _nodes.Remove(id);
    }

    /// <summary>Rule R5: acknowledgements only grow, and count within their reign.</summary>
    public void Acknowledge(string node, LogPosition applied)
    {
        if (applied.Reign.Length == 0) return;
        ref long known = ref CollectionsMarshal.GetValueRefOrAddDefault(_acknowledged, (node, applied.Reign), out bool exists);
        if (!exists || applied.Number > known) known = applied.Number;
    }

    public bool HasApplied(string node, LogPosition position)
        => _acknowledged.GetValueOrDefault((node, position.Reign), -1) >= position.Number;

    /// <summary>Up to where a node has acknowledged in a reign; null when it has not.</summary>
    public long? Acknowledged(string node, string reign) => _acknowledged.TryGetValue((node, reign), out long number) ? number : null;

    /// <summary>Rule R3: 1.1 leases have passed since this reign's birth, by some node's monotonic clock.</summary>
    public bool IsSettled(long now) => Reign.Length > 0 && (_mature || now - _reignSeen >= OverTicks);

    /// <summary>Whether this node itself can testify that the reign is 1.1 leases old.</summary>
    public bool CanTestify(long now) => Reign.Length > 0 && now - _reignSeen >= OverTicks;

    /// <summary>Rule R3: this node held a usable lease when this reign took over from the one before, or was given one
    /// since, when the reign was no longer young and nobody repaired: it lacks nothing that was answered "all".</summary>
    public bool IsTrusted => _trusted is not null && _trusted == Reign;

    public void Trust() => _trusted = Reign;

    /// <summary>Rule R3: some node still appends what it knows from an earlier reign. Asked of the very answer that brings
    /// a lease: in a later one the repair may be over, but the head of this one does not hold what it appended.</summary>
    public bool IsRepairing(ClusterState state, long now)
    {
        foreach (NodeLease entry in state.Nodes)
            if (entry.Repairing && (!entry.Over || (_nodes.TryGetValue(entry.Id, out Seen? seen) && IsAlive(seen, now)))) return true;
        return false;
    }

    /// <summary>Rule R4: the nodes that may hold a usable lease: those that Redis lists, those seen alive within 1.1
    /// leases whatever Redis' clock says, and this one.</summary>
    public IReadOnlyList<string> Holders(long now)
    {
        List<string> holders = [self];
        foreach ((string id, Seen seen) in _nodes)
            if (id != self && seen.Entry.Holds && IsAlive(seen, now)) holders.Add(id);
        return holders;
    }

    /// <summary>Rule R4: entries that may be removed, since nothing was granted to them for 1.1 leases of this clock.</summary>
    public IReadOnlyList<NodeLease> Removable(long now)
        => [.. _nodes.Values.Where(seen => seen.Reign == Reign && seen.Entry.Over && seen.Entry.Id != self && !IsAlive(seen, now)).Select(seen => seen.Entry)];

    private bool IsAlive(Seen seen, long now) => !seen.Entry.Over || now - seen.Changed < OverTicks;

    /// <summary>Redis says that this node's lease is over, or that it was given back.</summary>
    public bool IsOver(string node) => !_nodes.TryGetValue(node, out Seen? seen) || seen.Entry.Over;

    public bool IsListed(string node) => _nodes.ContainsKey(node);

    /// <summary>Rule R7: some of its routes serve when stale.</summary>
    public bool Serves(string node) => _nodes.TryGetValue(node, out Seen? seen) && seen.Entry.Serves;
}
