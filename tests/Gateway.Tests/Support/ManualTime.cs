namespace Gateway.Tests.Support;

/// <summary>A clock that stands still until a test turns it: wall clock, timestamps and timers together.</summary>
internal sealed class ManualTime(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = start ?? new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() { lock (_lock) return _ticks; }

    public override DateTimeOffset GetUtcNow() { lock (_lock) return _now; }

    /// <summary>Turns the wall clock alone, as an administrator or NTP would.</summary>
    public void JumpTo(DateTimeOffset now) { lock (_lock) _now = now; }

    public void Advance(TimeSpan by)
    {
        long end;
        lock (_lock) end = _ticks + by.Ticks;
        while (NextDue(end) is { } due) due.Fire();
        lock (_lock)
        {
            _now += TimeSpan.FromTicks(end - _ticks);
            _ticks = end;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    // Time stops at each timer on the way, so that what a callback reads is the time it was due.
    private Timer? NextDue(long end)
    {
        lock (_lock)
        {
            Timer? next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null) return null;
            long step = Math.Max(0, next.Due - _ticks);
            _ticks += step;
            _now += TimeSpan.FromTicks(step);
            if (next.Period > 0) next.Due = _ticks + next.Period;
            else _timers.Remove(next);
            return next;
        }
    }

    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; }
        public long Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._ticks + dueTime.Ticks;
                Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                time._timers.Add(this);
                return true;
            }
        }

        public void Fire() => callback(state);

        public void Dispose() { lock (time._lock) time._timers.Remove(this); }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
