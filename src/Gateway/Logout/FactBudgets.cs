using System.Collections.Concurrent;
using Gateway.Cluster;

namespace Gateway.Logout;

/// <summary>How many facts may be recorded: about a subject's sessions by himself, by each other caller, and by all nodes together. Each
/// node counts for itself. What one records costs the cluster's budget as many as there are nodes, so that together they stay
/// below it, however many there are.</summary>
internal sealed class FactBudgets
{
    public const string OfSubject = "subject", OfCaller = "caller", OfCluster = "cluster";

    // Of what the cluster may record so much is not for callers' own sessions: they must not use up what administrators need.
    private const double Reserved = 0.5;

    private const int SweepAt = 10_000;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(bool Own, string Owner), Bucket> _buckets = new();
    private readonly LimitsOptions _limits;
    private readonly ClusterWatch _watch;
    private readonly TimeProvider _time;
    private readonly Bucket _cluster;
    private long _swept;

    public FactBudgets(LimitsOptions limits, ClusterWatch watch, TimeProvider time)
    {
        (_limits, _watch, _time) = (limits, watch, time);
        _cluster = new(limits.ClusterFactsPerDay, TimeSpan.FromDays(1), time);
        _swept = time.GetTimestamp();
    }

    /// <summary>Takes one fact.</summary>
    /// <param name="own">About the caller's own sessions.</param>
    /// <param name="owner">Whose budget it is besides the cluster's.</param>
    /// <returns>Which budget has no more, and when it has; null when it was taken.</returns>
    public (string Limit, TimeSpan Again)? Take(bool own, string owner)
    {
        Bucket bucket = Of(own, owner);
        if (!bucket.TryTake(1, keep: 0, out TimeSpan again)) return (own ? OfSubject : OfCaller, again);
        if (_cluster.TryTake(Nodes, own ? _limits.ClusterFactsPerDay * Reserved : 0, out again)) return null;
        bucket.Give(1);
        return (OfCluster, again);
    }

    /// <summary>Counts one that is recorded in any case.</summary>
    public void Count(bool own, string owner)
    {
        Of(own, owner).Take(1);
        _cluster.Take(Nodes);
    }

    /// <summary>Gives one back that was not recorded.</summary>
    public void Give(bool own, string owner)
    {
        Of(own, owner).Give(1);
        _cluster.Give(Nodes);
    }

    private int Nodes => _watch.Read(static (view, now) => view.Holders(now).Count);

    private Bucket Of(bool own, string owner)
    {
        if (_buckets.Count >= SweepAt) Sweep();
        return _buckets.GetOrAdd((own, owner), static (key, budgets) => key.Own
            ? new(budgets._limits.SubjectFactsPerHour, TimeSpan.FromHours(1), budgets._time)
            : new(budgets._limits.CallerFactsPerMinute, TimeSpan.FromMinutes(1), budgets._time), this);
    }

    private void Sweep()
    {
        long swept = Volatile.Read(ref _swept), now = _time.GetTimestamp();
        if (_time.GetElapsedTime(swept, now) < SweepEvery || Interlocked.CompareExchange(ref _swept, now, swept) != swept) return;
        foreach (KeyValuePair<(bool, string), Bucket> entry in _buckets)
            if (entry.Value.IsFull) _buckets.TryRemove(entry);
    }
}
