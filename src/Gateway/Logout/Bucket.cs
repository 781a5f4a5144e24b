namespace Gateway.Logout;

/// <summary>So many within a period, all at once or spread; what was taken comes back evenly. Not the framework's own limiter: what was
/// taken for a repeat is given back, and the clock is the gateway's.</summary>
internal sealed class Bucket
{
    private readonly Lock _lock = new();
    private readonly double _most;
    private readonly TimeSpan _per;
    private readonly TimeProvider _time;
    private double _left;
    private long _at;

    public Bucket(double most, TimeSpan per, TimeProvider time)
    {
        (_most, _left, _per, _time) = (most, most, per, time);
        _at = time.GetTimestamp();
    }

    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _left >= _most;
            }
        }
    }

    /// <summary>Takes so many, if so many others are left then.</summary>
    /// <param name="again">When there will be enough; zero when there is.</param>
    public bool TryTake(double count, double keep, out TimeSpan again)
    {
        lock (_lock)
        {
            Refill();
            count = Math.Min(count, _most - keep);
            double missing = count + keep - _left;
            again = missing > 1e-6 ? _per * (missing / _most) : TimeSpan.Zero;
            // Rounding: who has waited as long as he was told gets it.
            if (missing < 1e-6) _left -= count;
            return missing < 1e-6;
        }
    }

    /// <summary>Takes so many, or what there is.</summary>
    public void Take(double count) => Give(-count);

    public void Give(double count)
    {
        lock (_lock)
        {
            Refill();
            _left = Math.Clamp(_left + count, 0, _most);
        }
    }

    private void Refill()
    {
        long now = _time.GetTimestamp();
        _left = Math.Min(_most, _left + _most * (_time.GetElapsedTime(_at, now) / _per));
        _at = now;
    }
}
