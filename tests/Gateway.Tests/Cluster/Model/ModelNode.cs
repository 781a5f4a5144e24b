using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Tests.Cluster.Model;

/// <summary>A node: follower, lease, acknowledgements and repair around the same view, book and settlement as the gateway's.
/// It acts only through <see cref="Do"/>, which waits while the process is frozen and drops what belongs to a dead one.</summary>
internal sealed class ModelNode
{
    private const int Page = 4;

    private readonly Simulation _simulation;
    private readonly ModelNetwork _network;
    private readonly ModelDisk _disk;
    private readonly LeftOut _leftOut;
    private readonly ClusterView _view;
    private readonly LeaseBook _book;
    private readonly double _rate;
    private readonly List<ModelRequest> _live = [];
    private readonly List<ModelLogout> _logouts = [];
    private LogPosition _applied;
    private string _repaired;
    private string? _repairing;
    private long _usableUntil = long.MinValue;
    private long _serial;
    private long _readSent = long.MinValue / 2;
    private bool _reading, _applying, _rung, _endReached, _dead;

    public ModelNode(Simulation simulation, ModelNetwork network, int place, ModelDisk disk, LeftOut leftOut, string id)
    {
        (_simulation, _network, _disk, _leftOut, Place, Id) = (simulation, network, disk, leftOut, place, id);
        _rate = 0.95 + simulation.Between(0, 100) / 1000.0;
        _view = new ClusterView(id, Protocol.Lease, frequency: 1000);
        _book = new LeaseBook(_view, Protocol.Lease, frequency: 1000);
        (Index, _applied, _repaired) = (disk.Facts, disk.Applied, disk.Repaired);
        Tick();
    }

    public int Place { get; }
    public string Id { get; }
    public ulong Index { get; private set; }
    public long FrozenUntil { get; set; }
    public long Contacted { get; set; } = -1;
    public bool IsDead => _dead;

    private long Clock => (long)(_simulation.Now * _rate);

    public bool IsUsable => !_dead && Clock < _usableUntil;

    public void Kill() => _dead = true;

    /// <summary>Runs a step of this process, later if it is frozen, never if it is dead.</summary>
    public void Do(long delay, Action step) => _simulation.In(delay, () => Now(step));

    private void Now(Action step)
    {
        if (_dead) return;
        if (_simulation.Now < FrozenUntil) _simulation.At(FrozenUntil, () => Now(step));
        else step();
    }

    private void Tick()
    {
        Renew();
        Ring();
        Do(Protocol.LeaseMilliseconds / 5, Tick);
    }

    // ---- lease keeper (R1, R3, R4) ----

    private void Renew()
    {
        long asked = Clock, serial = ++_serial;
        bool wants = _endReached;
        string? testifies = _view.CanTestify(asked) ? _view.Epoch : null;
        string known = _repaired;
        LogPosition applied = _applied;
        _network.Call(this, redis => redis.Renew(Id, serial, wants, known, testifies, applied), state =>
        {
            if (!Observe(state, asked)) return;
            if (wants) Offer(state, asked);
            foreach (NodeLease entry in _view.Removable(Clock))
                _network.Call(this, redis => { redis.Remove(entry.Id, entry.Serial); return 0; }, _ => { });
        });
    }

    private void Offer(ClusterState state, long asked)
    {
        if (_leftOut == LeftOut.LeasesComeWithTheHead) state = state with { Head = 0 };
        if (_leftOut == LeftOut.AYoungEpochWaits)
        {
            // As if the epoch were old, and nobody repaired.
            state = state with { Mature = true, Nodes = [] };
            _view.Observe(state with { Nodes = _view.Latest!.Nodes }, asked, Clock, leaseUsable: false);
        }
        _book.Offer(state, asked, Clock);
        Publish();
    }

    private void Publish()
    {
        if (_book.Usable(_leftOut == LeftOut.LeasesComeWithTheHead ? new LogPosition(_view.Epoch, long.MaxValue) : _applied) is { } until
            && until > _usableUntil)
            _usableUntil = until;
    }

    private bool Observe(ClusterState state, long asked)
    {
        if (_leftOut == LeftOut.AYoungEpochWaits) state = state with { Mature = true };
        if (!_view.Observe(state, asked, Clock, IsUsable)) return false;
        Judge();
        return true;
    }

    // ---- follower (R1, R2, R5, R6) ----

    public void Ring()
    {
        _rung = true;
        // One read at a time; an answer that does not come is given up. What was read is applied to its end first.
        if (_applying || (_reading && Clock - _readSent < Protocol.LeaseMilliseconds / 2)) return;
        _reading = true;
        _rung = false;
        long asked = _readSent = Clock;
        LogPosition after = _applied;
        _network.Call(this, redis => redis.Read(after, Page), answer =>
        {
            if (asked != _readSent) return;
            if (!Observe(answer.State, asked)) { _reading = false; return; }
            if (answer.State.Epoch != _applied.Epoch) EnterEpoch(answer.State.Epoch);
            else if (answer.Entries.Length > 0) Apply(answer.Entries);
            else if (_applied.Number >= answer.State.Head || _leftOut == LeftOut.Epochs) ReadToTheEnd();
            else _reading = false;
        });
    }

    private void EnterEpoch(string epoch)
    {
        _applied = new LogPosition(epoch, 0);
        _repairing = null;
        _reading = false;
        if (Index == 0) _repaired = epoch;
        if (_repaired != epoch) Repair();
        SaveLocally();
        Ring();
    }

    private void Apply(int[] entries)
    {
        ulong facts = 0;
        foreach (int entry in entries) facts |= 1UL << entry;
        LogPosition next = _applied with { Number = _applied.Number + entries.Length };
        if (_leftOut == LeftOut.AcknowledgedAfterApplying)
        {
            _view.Acknowledge(Id, next);
            _network.Acknowledge(this, next);
        }
        _applying = true;
        // Three steps, between which the process may freeze or die.
        Do(_simulation.Between(0, 1), () =>
        {
            Index |= facts;
            Do(_simulation.Between(0, 2), () =>
            {
                foreach (ModelRequest request in _live)
                    if ((Index & (1UL << request.Session)) != 0) request.Sealed = true;
                _applied = next;
                _view.Acknowledge(Id, next);
                _network.Acknowledge(this, next);
                Publish();
                Judge();
                SaveLocally();
                _reading = _applying = false;
                Ring();
            });
        });
    }

    private void ReadToTheEnd()
    {
        _reading = false;
        _endReached = true;
        Publish();
        Judge();
        if (_repaired != _applied.Epoch && _repairing != _applied.Epoch) Repair();
        if (_rung) Ring();
    }

    private void SaveLocally()
    {
        LogPosition applied = _applied;
        ulong facts = Index;
        string repaired = _repaired;
        Do(1, () =>
        {
            _disk.Facts |= facts;
            (_disk.Applied, _disk.Repaired) = (applied, repaired);
        });
    }

    /// <summary>Hears that some node has applied more (rule R15): looks who has, when it waits for that.</summary>
    public void Heard()
    {
        if (_logouts.Count == 0) return;
        long asked = Clock;
        _network.Call(this, redis => redis.Look(), state => Observe(state, asked));
    }

    // ---- repair (R2, R3) ----

    private void Repair()
    {
        string epoch = _repairing = _applied.Epoch;
        ulong left = Index;
        void Next()
        {
            if (_applied.Epoch != epoch || _repairing != epoch) return;
            if (left == 0)
            {
                _repaired = epoch;
                SaveLocally();
                return;
            }
            int fact = System.Numerics.BitOperations.TrailingZeroCount(left);
            long asked = Clock;
            bool answered = false;
            _network.Call(this, redis => redis.Append(fact), answer =>
            {
                if (answered) return;
                answered = true;
                Observe(answer.State, asked);
                if (answer.State.Epoch != epoch) return;
                left &= ~(1UL << fact);
                Next();
            });
            Do(Protocol.LeaseMilliseconds / 2, () => { if (!answered) { answered = true; Next(); } });
        }
        Next();
    }

    // ---- a logout (R4, R8, R11) ----

    public void Logout(int fact, Action enforcedEverywhere)
    {
        ModelLogout logout = new(fact, enforcedEverywhere, Clock + 3 * Protocol.LeaseMilliseconds);
        _logouts.Add(logout);
        Append(logout);
    }

    private void Append(ModelLogout logout)
    {
        if (Clock > logout.Deadline) { _logouts.Remove(logout); return; }
        logout.Settlement = null;
        long asked = Clock;
        int attempt = ++logout.Attempt;
        _network.Call(this, redis => redis.Append(logout.Fact), answer =>
        {
            if (attempt != logout.Attempt || logout.Settlement is not null) return;
            Observe(answer.State, asked);
            logout.Settlement = new Settlement(_view, answer.Position, Clock);
            Ring();
            Judge();
        });
        Do(Protocol.LeaseMilliseconds / 2, () => { if (attempt == logout.Attempt && logout.Settlement is null) Append(logout); });
    }

    private void Judge()
    {
        for (int i = _logouts.Count - 1; i >= 0; i--)
        {
            ModelLogout logout = _logouts[i];
            if (logout.Settlement is not { } settlement) continue;
            if (settlement.IsVoid(_view)) { Append(logout); continue; }
            if (!IsEverywhere(settlement)) continue;
            _logouts.RemoveAt(i);
            logout.EnforcedEverywhere();
        }
    }

    private bool IsEverywhere(Settlement settlement)
    {
        if (_leftOut != LeftOut.TwoClocks) return settlement.Judge(_view, Clock).Everywhere;
        // As if Redis' clock alone decided: whoever it says is over is fenced.
        return _view.HasApplied(Id, settlement.Position) && _view.IsSettled(Clock)
            && _view.Latest!.Nodes.All(node => node.Over || !node.Holds || _view.HasApplied(node.Id, settlement.Position));
    }

    // ---- a request (R6) ----

    public void Request(ModelRequest request)
    {
        if (_leftOut == LeftOut.EnterThenCheck)
            Do(0, () => Check(request, () => Do(_simulation.Between(0, 3), () => { _live.Add(request); Forward(request); })));
        else
            Do(0, () => { _live.Add(request); Do(_simulation.Between(0, 3), () => Check(request, () => Forward(request))); });
    }

    private void Check(ModelRequest request, Action pass)
    {
        if (IsUsable && (Index & (1UL << request.Session)) == 0 && !request.Sealed) pass();
        else _live.Remove(request);
    }

    private void Forward(ModelRequest request)
    {
        request.Forwarded();
        Do(_simulation.Between(1, Protocol.LeaseMilliseconds / 2), () =>
        {
            void Give()
            {
                _live.Remove(request);
                request.Answered();
            }
            if (_leftOut == LeftOut.EnterThenCheck) { if (!request.Sealed) Give(); }
            else Check(request, Give);
        });
    }
}
