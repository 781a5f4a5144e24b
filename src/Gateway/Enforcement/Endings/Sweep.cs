
namespace Gateway.Enforcement.Endings;

/// <summary>The connections that one application of the log sealed; it measures the time until the last of them has ended.</summary>
internal sealed class Sweep(TimeProvider time, EnforcementMetrics? metrics)
{
    private readonly long _began = time.GetTimestamp();
    private int _left;

    public void Begin(int count) => Volatile.Write(ref _left, count);

    public void Ended()
    {
        if (Interlocked.Decrement(ref _left) == 0) metrics?.SweepEnded(time.GetElapsedTime(_began));
    }
}
