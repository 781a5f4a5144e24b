using System.Runtime.InteropServices;

namespace Gateway.Tests.Cluster.Model;

/// <summary>Time in milliseconds, what happens at each, and chance from a seed. The same seed gives the same run.</summary>
/// <param name="until">When it ends; what would happen later does not.</param>
internal sealed class Simulation(ulong seed, long until)
{
    // What happens in a millisecond happens in the order in which it was asked for: a chain of steps for each.
    private readonly Link[] _chains = new Link[until + 1];
    private readonly List<(Action Action, int Next)> _steps = new(2048);
    private ulong _chance = seed * 0x9E3779B97F4A7C15 + 0x1234567;

    // Places in _steps, from 1; 0 is none.
    private struct Link
    {
        public int First, Last;
    }

    public long Now { get; private set; }

    public long Steps { get; private set; }

    public void At(long time, Action action)
    {
        if (time > until) return;
        ref Link chain = ref _chains[Math.Max(time, Now)];
        _steps.Add((action, 0));
        if (chain.Last == 0) chain.First = _steps.Count;
        else CollectionsMarshal.AsSpan(_steps)[chain.Last - 1].Next = _steps.Count;
        chain.Last = _steps.Count;
    }

    public void In(long delay, Action action) => At(Now + delay, action);

    public void Run(Func<bool> stop)
    {
        for (; Now <= until; Now++)
        {
            for (int at = _chains[Now].First; at != 0; at = _steps[at - 1].Next)
            {
                if (stop()) return;
                Steps++;
                _steps[at - 1].Action();
            }
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
