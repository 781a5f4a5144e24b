namespace Gateway.Cluster;

/// <summary>The time by which facts are forgotten. Forgetting late does no harm, early breaks the promise, and any wall clock
/// can jump: so it is the earliest of this machine's clock, of what this machine's clock was at the start plus the time
/// that has passed since, and of the log's clock as this node last heard it.</summary>
internal sealed class CarefulClock(ClusterWatch watch, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();

    public DateTimeOffset Now
    {
        get
        {
            DateTimeOffset now = Earlier(time.GetUtcNow(), _startedAt + time.GetElapsedTime(_started));
            return Earlier(now, watch.Read((view, _) => view.Latest?.Now) ?? DateTimeOffset.UnixEpoch);
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
