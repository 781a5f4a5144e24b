namespace Gateway.Tests.Cluster.Model;

/// <summary>One schedule: three nodes, logouts, requests and faults in an order that the seed decides, and the promise
/// checked after each step.</summary>
internal sealed class ModelRun
{
    private const int Places = 3;
    private const long Length = 9 * Protocol.LeaseMilliseconds;
    private const int Facts = 10;

    private readonly Simulation _simulation;
    private readonly ModelRedis _redis;
    private readonly ModelNetwork _network;
    private readonly ModelDisk[] _disks = [.. Enumerable.Range(0, Places).Select(_ => new ModelDisk())];
    private readonly LeftOut _leftOut;
    private ulong _promised, _outOfReach;
    private string? _broken;
    private int _ids, _everywhere, _forwarded, _faults;

    public ModelRun(ulong seed, LeftOut leftOut)
    {
        _leftOut = leftOut;
        _simulation = new Simulation(seed, Length);
        _redis = new ModelRedis(_simulation, leftOut);
        _network = new ModelNetwork(_simulation, _redis, Places) { Ran = Ran };
        _redis.Bell = _network.Bell;
    }

    public ModelResult Run()
    {
        for (int place = 0; place < Places; place++) Start(place);
        for (int fact = 0; fact < Facts; fact++)
        {
            int session = fact;
            _simulation.At(_simulation.Between(1500, Length - 2500), () => Logout(session));
        }
        for (int i = 0; i < 24; i++) _simulation.At(_simulation.Between(1500, Length), Request);
        int faults = (int)_simulation.Between(2, 7);
        for (int i = 0; i < faults; i++) _simulation.At(_simulation.Between(1300, Length - 1500), Fault);
        _simulation.Run(Check);
        return new(_broken, _everywhere, _forwarded, _faults, _simulation.Steps);
    }

    private void Start(int place)
        => _network.Nodes[place] = new ModelNode(_simulation, _network, place, _disks[place], _leftOut, "n" + ++_ids);

    private void Logout(int fact)
    {
        ModelNode? node = _network.Nodes[_simulation.Between(0, Places - 1)];
        if (node is null) return;
        node.Do(0, () => node.Logout(fact, () =>
        {
            _everywhere++;
            _promised |= 1UL << fact;
        }));
        // Requests around the logout are the ones that can slip through.
        for (int i = 0; i < 4; i++) _simulation.In(_simulation.Between(0, 60), () => Request(fact));
    }

    private void Request() => Request((int)_simulation.Between(0, Facts - 1));

    private void Request(int session)
    {
        ModelNode? node = _network.Nodes[_simulation.Between(0, Places - 1)];
        if (node is null) return;
        bool after = IsPromised(session);
        node.Request(new ModelRequest(session,
            forwarded: () =>
            {
                _forwarded++;
                if (after && IsPromised(session))
                    _broken ??= $"{node.Id} forwarded a request of session {session} that came after the answer";
            },
            answered: () =>
            {
                if (IsPromised(session)) _broken ??= $"{node.Id} gave an answer to session {session} after its logout was answered";
            }));
    }

    private bool IsPromised(int session) => (_promised & ~_outOfReach & (1UL << session)) != 0;

    // Between any two steps: no node that runs and may let traffic through lacks a fact that was answered "all".
    private bool Check()
    {
        foreach (ModelNode? node in _network.Nodes)
        {
            if (node is null || _simulation.Now < node.FrozenUntil) continue;
            ulong missing = _promised & ~_outOfReach & ~node.Index;
            if (missing != 0 && node.IsUsable)
                _broken ??= $"{node.Id} lets session {System.Numerics.BitOperations.TrailingZeroCount(missing)} through";
        }
        return _broken is not null;
    }

    // The assumption of the promise: of what Redis has lost, some node that had applied it is connected within the window
    // of rule R3 and stays until it has appended it again. Where no node was, the fact is out of reach.
    private void Ran(ModelNode caller)
    {
        caller.Contacted = _simulation.Now;
        ulong lost = _promised & ~_outOfReach & ~_redis.Facts;
        if (lost == 0 || _simulation.Now < _redis.Born + Protocol.LeaseMilliseconds) return;
        foreach (ModelNode? node in _network.Nodes)
            if (node is { IsDead: false } && node.Contacted >= _redis.Born && _redis.Lists(node.Id)) lost &= ~node.Index;
        _outOfReach |= lost;
    }

    private void Fault()
    {
        _faults++;
        int place = (int)_simulation.Between(0, Places - 1);
        ModelNode? node = _network.Nodes[place];
        ModelNetwork.Line line = _network.Lines[place];
        long lease = Protocol.LeaseMilliseconds, lasting = _simulation.Between(lease / 5, 5 * lease / 2);
        switch (_simulation.Between(0, 9))
        {
            case 0 or 1:
                if (node is not null) node.FrozenUntil = _simulation.Now + lasting;
                break;
            case 2:
                node?.Kill();
                _network.Nodes[place] = null;
                _simulation.In(_simulation.Between(10, 3 * lease / 2), () => { if (_network.Nodes[place] is null) Start(place); });
                break;
            case 3 or 4:
                int direction = (int)_simulation.Between(0, 2);
                line.ToRedis = direction == 1;
                line.FromRedis = direction == 2;
                _simulation.In(lasting, () => line.ToRedis = line.FromRedis = true);
                break;
            case 5:
                line.Slow = _simulation.Between(lease / 10, lease);
                _simulation.In(lasting, () => line.Slow = 0);
                break;
            case 6:
                _redis.FrozenUntil = _simulation.Now + lasting / 2;
                break;
            case 7:
                if (!_redis.IsUp) break;
                _redis.Kill();
                int keep = (int)_simulation.Between(0, 2);
                _simulation.In(_simulation.Between(5, lease), () => _redis.Start(keep));
                break;
            case 8:
                if (_redis.IsUp && _simulation.Chance(50)) _redis.FlushAll();
                else _redis.TakeCopy();
                break;
            default:
                _redis.JumpClock(_simulation.Between(-20 * lease, 20 * lease));
                break;
        }
        if (_simulation.Chance(40)) _redis.TakeCopy();
    }
}
