using Gateway.Revocation;

namespace Gateway.Tests.Cluster.Model;

/// <summary>Redis with its scripts, as the protocol needs them: a log, an epoch, a table of nodes, a clock that jumps, a
/// process that freezes, dies and comes back with all, some or none of its data. A fact is a bit.</summary>
internal sealed class ModelRedis(Simulation simulation, LeftOut leftOut)
{
    private sealed class Data
    {
        public string? Epoch;
        public int Run;
        public bool Mature;
        public long Version;
        public List<int> Log = [];
        public Dictionary<string, Node> Nodes = [];

        public Data Copy() => new() { Epoch = Epoch, Run = Run, Mature = Mature, Version = Version, Log = [.. Log], Nodes = new(Nodes) };
    }

    private sealed class Node(long serial, bool holds, long ends, LogPosition applied, bool repairing)
    {
        private NodeLease? _told;

        public long Serial => serial;
        public long Ends => ends;

        public Node Acknowledged(LogPosition upTo) => new(serial, holds, ends, upTo, repairing);

        // What is told of a node seldom changes between two scripts.
        public NodeLease Tell(string id, long now)
        {
            bool over = NodeLease.IsOver(ends, now, Protocol.LeaseMilliseconds);
            return _told is not null && _told.Over == over ? _told
                : _told = new NodeLease(id, serial, holds, over, Protocol.Lease, default, applied, Serves: false, repairing, "", "");
        }
    }

    private Data _data = new();
    private Data _copy = new();
    private int _run = 1;
    private int _epochs;
    private long _clock = 1_000_000;

    public bool IsUp { get; private set; } = true;
    public long FrozenUntil { get; set; }

    /// <summary>When the first script ran after data was lost.</summary>
    public long Born { get; private set; } = -1;

    /// <summary>Facts in the log.</summary>
    public ulong Facts { get; private set; }

    public Action? Bell { get; set; }

    public void JumpClock(long by) => _clock += by;

    public void TakeCopy() => _copy = _data.Copy();

    public void Kill() => IsUp = false;

    public void Start(int keep)
    {
        IsUp = true;
        _run++;
        if (keep == 2) return;
        Lose(keep == 1 ? _copy.Copy() : new Data());
    }

    public void FlushAll() => Lose(new Data());

    private void Lose(Data data)
    {
        _data = data;
        Facts = 0;
        foreach (int fact in _data.Log) Facts |= 1UL << fact;
        Born = -1;
    }

    // Rule R2, as every script has it.
    private void CompareEpoch()
    {
        if (Born < 0) Born = simulation.Now;
        if (leftOut == LeftOut.Epochs) _data.Epoch ??= "R";
        else if (_data.Epoch is null || _data.Run != _run)
        {
            _data.Epoch = "R" + ++_epochs;
            _data.Run = _run;
            _data.Mature = false;
            _data.Nodes.Clear();
            _data.Version = 0;
        }
    }

    private ClusterState State()
    {
        long now = _clock + simulation.Now;
        NodeLease[] nodes = new NodeLease[_data.Nodes.Count];
        int i = 0;
        foreach ((string id, Node node) in _data.Nodes)
            nodes[i++] = node.Tell(id, now);
        return new ClusterState(_data.Epoch!, _data.Log.Count, _data.Mature, 0, default, _data.Version, nodes);
    }

    public ClusterState Renew(string id, long serial, bool wants, string known, string? testifies, LogPosition applied)
    {
        CompareEpoch();
        if (testifies == _data.Epoch) _data.Mature = true;
        long now = _clock + simulation.Now, latest = now + Protocol.LeaseMilliseconds;
        // A call that was held up does not take back what a later one was given.
        _data.Version++;
        if (!_data.Nodes.TryGetValue(id, out Node? entry) || entry.Serial < serial)
            _data.Nodes[id] = new Node(serial, wants, latest, applied, known.Length > 0 && known != _data.Epoch);
        return State();
    }

    public ClusterState Look()
    {
        CompareEpoch();
        return State();
    }

    public (ClusterState State, LogPosition Position) Append(int fact)
    {
        CompareEpoch();
        int at = _data.Log.IndexOf(fact);
        if (at < 0)
        {
            _data.Log.Add(fact);
            Facts |= 1UL << fact;
            at = _data.Log.Count - 1;
            Bell?.Invoke();
        }
        return (State(), new LogPosition(_data.Epoch!, at + 1));
    }

    public (ClusterState State, int[] Entries) Read(LogPosition after, int limit)
    {
        CompareEpoch();
        // Without epochs a reader only knows its number.
        if (after.Epoch != _data.Epoch || after.Number >= _data.Log.Count) return (State(), []);
        return (State(), [.. _data.Log.Skip((int)after.Number).Take(limit)]);
    }

    public ClusterState Acknowledge(string id, LogPosition applied)
    {
        CompareEpoch();
        _data.Version++;
        if (_data.Nodes.TryGetValue(id, out Node? node)) _data.Nodes[id] = node.Acknowledged(applied);
        return State();
    }

    public void Remove(string id, long serial)
    {
        CompareEpoch();
        if (_data.Nodes.TryGetValue(id, out Node? node) && node.Serial == serial && _data.Nodes.Remove(id)) _data.Version++;
    }

    /// <summary>Whether the cluster is still told that this node is there.</summary>
    public bool Lists(string id) => _data.Nodes.TryGetValue(id, out Node? node) && node.Ends > _clock + simulation.Now;
}
