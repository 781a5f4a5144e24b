using System.Runtime.InteropServices;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>
/// What one node knows of the cluster: the epoch and since when, which nodes it saw alive and when, and how far each has
/// acknowledged. Pure bookkeeping on instants of this node's monotonic clock; its owner takes the lock. Every decision of
/// the protocol that needs more than one message is made here, in <see cref="LeaseBook"/> or in <see cref="Settlement"/>.
/// </summary>
internal sealed class ClusterView(string self, TimeSpan lease, long frequency, ReplicaQuorum? replicas = null)
{
    private readonly Dictionary<string, Seen> _nodes = [];
    private readonly Dictionary<(string Node, string Epoch), long> _acknowledged = [];
    private TimeSpan _longest = lease;
    private readonly ReplicaQuorum _quorum = replicas ?? ReplicaQuorum.None;
    private long _epochSeen;
    private long? _proven;
    private long _looks;
    private bool _mature;
    private string? _trusted;

    private sealed class Seen(NodeLease entry, long changed)
    {
        public NodeLease Entry = entry;
        public long Changed = changed;
        public string Epoch = "";

        /// <summary>The last look at the list of nodes that found it there.</summary>
        public long Look;
    }

    public string Self => self;

    /// <summary>The epoch that was seen last; empty before the first answer.</summary>
    public string Epoch { get; private set; } = "";

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
        if (state.Epoch != Epoch)
        {
            // Answers of several connections may overtake one another: what was asked before this epoch was seen is older than it.
            if (Epoch.Length > 0 && asked <= _epochSeen) return false;
            BeginEpoch(state.Epoch, answered, leaseUsable);
        }
        _mature |= state.Mature;
        if (_quorum.Required(state) == 0) _proven ??= answered;
        if (state.LongestBefore > _longest) _longest = state.LongestBefore;
        // Rule R4: what was asked earlier may have been answered later, so it is the list's own version that counts.
        if (Latest is { } latest && latest.Epoch == state.Epoch
            && (state.Version < latest.Version || (state.Version == latest.Version && asked < LastAsked))) return true;
        LastAsked = Math.Max(LastAsked, asked);
        Latest = state;
        See(state, answered);
        return true;
    }

    private void BeginEpoch(string epoch, long answered, bool leaseUsable)
    {
        Epoch = epoch;
        _epochSeen = answered;
        _proven = null;
        _mature = false;
        // Rule R3: who holds a usable lease when the epoch ends has applied everything that was answered "all" in it.
        _trusted = leaseUsable ? epoch : null;
        foreach ((string Node, string Epoch) key in _acknowledged.Keys)
            if (key.Epoch != epoch) _acknowledged.Remove(key);
    }

    private void See(ClusterState state, long answered)
    {
        _looks++;
        foreach (NodeLease entry in state.Nodes)
        {
            if (entry.Length > _longest) _longest = entry.Length;
            if (!_nodes.TryGetValue(entry.Id, out Seen? seen)) _nodes[entry.Id] = seen = new Seen(entry, answered);
            if (entry.Serial != seen.Entry.Serial) seen.Changed = answered;
            (seen.Entry, seen.Epoch, seen.Look) = (entry, state.Epoch, _looks);
            // Rule R15: nobody has applied more than there is.
            if (entry.IsUnderstood && (entry.Applied.Epoch != state.Epoch || entry.Applied.Number <= state.Head))
                Acknowledge(entry.Id, entry.Applied);
        }
        // An entry that went away within an epoch was given back, or removed on proof that it is over (see Removable).
        // With a new epoch the list starts anew: who was seen a moment ago may still hold a lease of the epoch before.
        foreach ((string id, Seen seen) in _nodes)
            if (seen.Look != _looks && (seen.Epoch == state.Epoch || answered - seen.Changed >= OverTicks)) _nodes.Remove(id);
    }

    /// <summary>Notes an acknowledgement (rule R5): they only grow, and count within their epoch.</summary>
    public void Acknowledge(string node, LogPosition applied)
    {
        if (applied.Epoch.Length == 0) return;
        ref long known = ref CollectionsMarshal.GetValueRefOrAddDefault(_acknowledged, (node, applied.Epoch), out bool exists);
        if (!exists || applied.Number > known) known = applied.Number;
    }

    public bool HasApplied(string node, LogPosition position)
        => _acknowledged.GetValueOrDefault((node, position.Epoch), -1) >= position.Number;

    /// <summary>Tells up to where a node has acknowledged in an epoch; null when it has not.</summary>
    public long? Acknowledged(string node, string epoch) => _acknowledged.TryGetValue((node, epoch), out long number) ? number : null;

    /// <summary>Notes (rule R16) that enough replicas followed the log's server in this epoch. Another master that granted leases
    /// before has had none from then on.</summary>
    public void Prove(string epoch, long now)
    {
        if (epoch == Epoch) _proven ??= now;
    }

    /// <summary>Whether more is needed than an answer of the log's server to know that it is the master.</summary>
    public bool NeedsProof => Latest is { } latest && _quorum.Required(latest) > 0;

    /// <summary>Tells whether (rule R3) 1.1 leases have passed since this epoch's birth, by some node's monotonic clock; where proof is
    /// needed (rule R16), since the first one.</summary>
    public bool IsSettled(long now) => Epoch.Length > 0 && (_mature || CanTestify(now));

    /// <summary>Tells whether this node itself can testify that the epoch is 1.1 leases old.</summary>
    public bool CanTestify(long now) => _proven is { } proven && now - proven >= OverTicks;

    /// <summary>
    /// Whether nothing proves which of two servers is the master (rule R16): then nothing is enforced everywhere for sure.
    /// </summary>
    public bool MayHaveTwoMasters => Latest is { } latest && _quorum.LeavesRoomForTwo(latest);

    /// <summary>Rule R3: this node held a usable lease when this epoch took over from the one before, or was given one
    /// since, when the epoch was no longer young and nobody repaired: it lacks nothing that was answered "all".</summary>
    public bool IsTrusted => _trusted is not null && _trusted == Epoch;

    public void Trust() => _trusted = Epoch;

    /// <summary>Tells whether (rule R3) some node still appends what it knows from an earlier epoch. Asked of the very answer that brings
    /// a lease: in a later one the repair may be over, but the head of this one does not hold what it appended.</summary>
    public bool IsRepairing(ClusterState state, long now)
    {
        foreach (NodeLease entry in state.Nodes)
            if (entry.Repairing && (!entry.Over || (_nodes.TryGetValue(entry.Id, out Seen? seen) && IsAlive(seen, now)))) return true;
        return false;
    }

    /// <summary>Lists (rule R4) the nodes that may hold a usable lease: those that Redis lists, those seen alive within 1.1
    /// leases whatever Redis' clock says, and this one.</summary>
    public IReadOnlyList<string> Holders(long now)
    {
        List<string> holders = [self];
        foreach ((string id, Seen seen) in _nodes)
            if (id != self && seen.Entry.Holds && IsAlive(seen, now)) holders.Add(id);
        return holders;
    }

    /// <summary>The newest version of a fact that every listed node reads (rule R17).</summary>
    public int EveryNodeReads => _nodes.Values.Aggregate(FactEncoding.Newest, (newest, seen) => Math.Min(newest, seen.Entry.Reads));

    /// <summary>Lists (rule R17) the nodes whose entries this version does not understand.</summary>
    public IReadOnlyList<string> NotUnderstood => [.. _nodes.Values.Where(seen => !seen.Entry.IsUnderstood).Select(seen => seen.Entry.Id)];

    /// <summary>Lists (rule R4) entries that may be removed, since nothing was granted to them for 1.1 leases of this clock.</summary>
    public IReadOnlyList<NodeLease> Removable(long now)
        => [.. _nodes.Values.Where(seen => seen.Epoch == Epoch && seen.Entry.Over && seen.Entry.Id != self && !IsAlive(seen, now))
            .Select(seen => seen.Entry)];

    private bool IsAlive(Seen seen, long now) => !seen.Entry.Over || now - seen.Changed < OverTicks;

    /// <summary>Tells whether Redis says that this node's lease is over, or that it was given back.</summary>
    public bool IsOver(string node) => !_nodes.TryGetValue(node, out Seen? seen) || seen.Entry.Over;

    public bool IsListed(string node) => _nodes.ContainsKey(node);

    /// <summary>Tells whether (rule R7) some of its routes serve when stale.</summary>
    public bool Serves(string node) => _nodes.TryGetValue(node, out Seen? seen) && seen.Entry.Serves;
}
