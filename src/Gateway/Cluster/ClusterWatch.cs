using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>The one place that holds what this node knows of the cluster, under one lock: <see cref="ClusterView"/> and
/// <see cref="LeaseBook"/> decide, this passes on what they decided, to the lease and to who waits for a settlement.</summary>
internal sealed class ClusterWatch
{
    private readonly Lock _lock = new();
    private readonly ClusterView _view;
    private readonly LeaseBook _book;
    private readonly Lease _lease;
    private readonly Doorbells _bells;
    private readonly TimeProvider _time;
    private readonly List<SettlementWait> _waits = [];
    private LogPosition _applied = LogPosition.Start;

    public ClusterWatch(Node node, Lease lease, Doorbells bells, ClusterOptions options, ReplicaQuorum replicas, TimeProvider time)
    {
        (_lease, _bells, _time) = (lease, bells, time);
        _view = new ClusterView(node.Id, options.Lease, time.TimestampFrequency, replicas);
        _book = new LeaseBook(_view, options.Lease, time.TimestampFrequency);
    }

    /// <summary>Up to where this node has applied the log, as the cluster is told.</summary>
    public LogPosition AppliedHere { get { lock (_lock) return _applied; } }

    /// <summary>Takes in what a script answered; call before acting on it.</summary>
    /// <param name="asked">This node's clock before it asked.</param>
    /// <returns>False when it is older than what is known; nothing of it may be used.</returns>
    public bool Observe(ClusterState state, long asked)
    {
        bool accepted, began;
        lock (_lock)
        {
            string before = _view.Epoch;
            accepted = _view.Observe(state, asked, _time.GetTimestamp(), _lease.IsUsable);
            began = accepted && _view.Epoch != before;
            Judge();
        }
        if (began) _bells.Log.Ring();
        return accepted;
    }

    /// <summary>Why no lease is usable although the log's server grants it (rule R16); null when that is not so.</summary>
    public string? Unproven { get; private set; }

    /// <summary>Takes in (rule R16) how many replicas follow the log's server.</summary>
    /// <returns>Whether they are enough.</returns>
    public bool Prove(string epoch, int followers, int wanted)
    {
        lock (_lock)
        {
            bool enough = followers >= wanted;
            Unproven = enough ? null
                : $"of Redis' replicas {wanted} must confirm that they follow it, so that no other server can be the master, "
                    + $"and {followers} did";
            if (enough) _view.Prove(epoch, _time.GetTimestamp());
            Judge();
            return enough;
        }
    }

    /// <summary>Takes in (rule R1) that a lease came with this answer.</summary>
    /// <returns>False when this node may not use one yet (rule R3).</returns>
    public bool Grant(ClusterState state, long asked)
    {
        lock (_lock)
        {
            bool usable = _book.Offer(state, asked, _time.GetTimestamp());
            Publish();
            return usable;
        }
    }

    /// <summary>Notes (rules R1 and R5) that this node has applied the log up to here, with every exchange that it ends sealed.</summary>
    public void Applied(LogPosition applied)
    {
        lock (_lock)
        {
            _applied = applied;
            _view.Acknowledge(_view.Self, applied);
            Publish();
            Judge();
        }
    }

    /// <summary>Whether somebody waits for others to apply something.</summary>
    public bool IsAwaited { get { lock (_lock) return _waits.Exists(wait => !wait.Done.IsCompleted); } }

    /// <summary>Tells this wait when its settlement is done or void, from now on.</summary>
    public void Await(SettlementWait wait)
    {
        lock (_lock)
        {
            _waits.Add(wait);
            wait.Judge(_view, _time.GetTimestamp());
        }
        // Those that rang before may have been heard while nobody waited.
        if (!wait.Done.IsCompleted) _bells.Acknowledged.Ring();
    }

    public void Forget(SettlementWait wait)
    {
        lock (_lock) _waits.Remove(wait);
    }

    public T Read<T>(Func<ClusterView, long, T> read)
    {
        lock (_lock) return read(_view, _time.GetTimestamp());
    }

    private void Publish()
    {
        if (_book.Usable(_applied) is { } until) _lease.GrantUntil(until);
    }

    private void Judge()
    {
        if (_waits.Count == 0) return;
        long now = _time.GetTimestamp();
        foreach (SettlementWait wait in _waits) wait.Judge(_view, now);
    }
}
