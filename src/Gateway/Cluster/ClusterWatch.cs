using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>The one place that holds what this node knows of the cluster, under one lock: <see cref="ClusterView"/> and
/// <see cref="LeaseBook"/> decide, this passes on what they decided.</summary>
internal sealed class ClusterWatch
{
    private readonly Lock _lock = new();
    private readonly ClusterView _view;
    private readonly LeaseBook _book;
    private readonly Lease _lease;
    private readonly TimeProvider _time;
    private LogPosition _applied = LogPosition.Start;

    public ClusterWatch(Node node, Lease lease, ClusterOptions options, TimeProvider time)
    {
        _lease = lease;
        _time = time;
        _view = new ClusterView(node.Id, options.Lease, time.TimestampFrequency);
        _book = new LeaseBook(_view, options.Lease, time.TimestampFrequency);
    }

    /// <summary>Something was learned: an answer of Redis, an acknowledgement, what was applied here.</summary>
    public event Action? Changed;

    /// <summary>An epoch that this node had not seen before.</summary>
    public event Action<string>? EpochBegan;

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
        }
        if (began) EpochBegan?.Invoke(state.Epoch);
        Changed?.Invoke();
        return accepted;
    }

    /// <summary>Rule R1: a lease came with this answer.</summary>
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

    /// <summary>Rules R1 and R5: this node has applied the log up to here, with every exchange that it ends sealed.</summary>
    public void Applied(LogPosition applied)
    {
        lock (_lock)
        {
            _applied = applied;
            _view.Acknowledge(_view.Self, applied);
            Publish();
        }
        Changed?.Invoke();
    }

    /// <summary>Rule R5: another node has.</summary>
    public void Heard(string node, LogPosition applied)
    {
        lock (_lock) _view.Acknowledge(node, applied);
        Changed?.Invoke();
    }

    public T Read<T>(Func<ClusterView, long, T> read)
    {
        lock (_lock) return read(_view, _time.GetTimestamp());
    }

    private void Publish()
    {
        if (_book.Usable(_applied) is { } until) _lease.GrantUntil(until);
    }
}
