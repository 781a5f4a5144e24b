using System.Collections.Concurrent;

namespace Gateway.Http;

/// <summary>Lets a few log lines of one kind through in a while, and counts those that it holds back, so that a flood of requests
/// fills no disk and hides no other kind.</summary>
/// <param name="most">Lines of one kind within the window.</param>
internal sealed class LineBudget(TimeProvider time, int most, TimeSpan window)
{
    private readonly TimeProvider _time = time;
    private readonly int _most = most;
    private readonly TimeSpan _window = window;
    private readonly ConcurrentDictionary<(string, string), Kind> _kinds = new();

    /// <param name="where">As a route; there are as many as are configured.</param>
    /// <param name="what">One of a fixed set of texts.</param>
    /// <param name="heldBack">How many lines like it were held back since one was let through.</param>
    public bool TryTake(string where, string what, out long heldBack)
        => _kinds.GetOrAdd((where, what), static _ => new Kind()).TryTake(this, out heldBack);

    private sealed class Kind
    {
        private readonly Lock _lock = new();
        private long? _began;
        private int _taken;
        private long _heldBack;

        public bool TryTake(LineBudget budget, out long heldBack)
        {
            lock (_lock)
            {
                if (_began is not { } began || budget._time.GetElapsedTime(began) >= budget._window)
                {
                    _began = budget._time.GetTimestamp();
                    _taken = 0;
                }
                bool taken = _taken < budget._most;
                heldBack = taken ? _heldBack : 0;
                if (taken) (_taken, _heldBack) = (_taken + 1, 0);
                else _heldBack++;
                return taken;
            }
        }
    }
}
