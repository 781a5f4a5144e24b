namespace Gateway.Tests.Cluster.Model;

/// <summary>Time in milliseconds, a queue of what happens next, and chance from a seed. The same seed gives the same run.</summary>
internal sealed class Simulation(ulong seed)
{
    private readonly PriorityQueue<Action, (long At, long Order)> _queue = new(256);
    private ulong _chance = seed * 0x9E3779B97F4A7C15 + 0x1234567;
    private long _order;

    public long Now { get; private set; }

    public long Steps { get; private set; }

    public void At(long time, Action action) => _queue.Enqueue(action, (Math.Max(time, Now), _order++));

    public void In(long delay, Action action) => At(Now + delay, action);

    public void Run(long until, Func<bool> stop)
    {
        while (_queue.TryPeek(out _, out (long At, long Order) next) && next.At <= until && !stop())
        {
            Action action = _queue.Dequeue();
            Now = next.At;
            Steps++;
            action();
        }
    }

    /// <summary>From <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public long Between(long from, long to) => from + (long)(Next() % (ulong)(to - from + 1));

    public bool Chance(int percent) => Next() % 100 < (ulong)percent;

    private ulong Next()
    {
        // xorshift64*
        _chance ^= _chance >> 12;
        _chance ^= _chance << 25;
        _chance ^= _chance >> 27;
        return _chance * 0x2545F4914F6CDD1D;
    }
}
