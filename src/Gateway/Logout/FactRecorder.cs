using Gateway.Cluster;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Logout;

/// <summary>
/// Takes one fact all the way: into the log, into this node and its local replica, and, when asked, until every node
/// enforces it or <c>Cluster:AnswerWithin</c> has passed (rule R8).
/// </summary>
internal sealed class FactRecorder(IRevocationLog log, LogFollower follower, LocalReplica replica, Acknowledgements acknowledgements, StoreOptions store, ClusterOptions cluster, TimeProvider time)
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AloneAtMost = TimeSpan.FromSeconds(10);

    /// <exception cref="StoreUnavailableException">It may or may not be in the log: repeat it with the same id.</exception>
    public async Task<(Appended Appended, Enforced Enforced)> Record(Fact fact, bool waitForAll, CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        bool repeated = false;
        while (true)
        {
            try
            {
                Appended appended = await log.Append(fact, cancellation);
                await follower.WaitFor(appended.Position, cancellation).WaitAsync(Applying(started), time, cancellation);
                await replica.Keep(new LogEntry(appended.Position, appended.Fact), cancellation).WaitAsync(Applying(started), time, cancellation);
                if (repeated) appended = appended with { First = true };
                if (store.Kind == StoreKind.Sqlite) return (appended, new Enforced(1, 1, time.GetElapsedTime(started)));

                Settlement settlement = acknowledgements.Begin(appended);
                Enforced enforced = waitForAll
                    ? await acknowledgements.Everywhere(settlement, Longer(Left(started)), time, cancellation)
                    : acknowledgements.Judge(settlement);
                if (!acknowledgements.IsVoid(settlement)) return (appended, enforced with { Elapsed = time.GetElapsedTime(started), Replicas = appended.Replicas });
                // Rule R2: the epoch ended before the answer; what it held may be lost. The same id goes into the new one.
            }
            catch (EpochEndedException) when (Left(started) > TimeSpan.Zero) { /* likewise */ }
            catch (EpochEndedException error)
            {
                throw new StoreUnavailableException("Redis began a new life while the logout was recorded. Repeat it.", error);
            }
            catch (TimeoutException error)
            {
                throw new StoreUnavailableException("The log has the logout, but this node could not apply it in time. Repeat it.", error);
            }
            catch (StoreUnavailableException) when (store.Kind == StoreKind.Redis && Left(started) > BetweenAttempts)
            {
                // Rule R11: an outcome that is unknown is found out by repeating with the same id.
                await Task.Delay(BetweenAttempts, time, cancellation);
            }
            repeated = true;
        }
    }

    private TimeSpan Left(long started) => cluster.AnswerWithin - time.GetElapsedTime(started);

    // Nothing true can be answered before this node has applied it, so this may take longer than AnswerWithin. In a cluster
    // a node that has not after a lease is fenced; with the embedded log only a hanging disk or a starved process is that slow.
    private TimeSpan Applying(long started)
    {
        TimeSpan most = store.Kind == StoreKind.Sqlite ? AloneAtMost : cluster.Lease, left = Left(started);
        return left > most ? left : most;
    }

    // However late it is, what is nearly there gets a moment.
    private static TimeSpan Longer(TimeSpan left) => left > BetweenAttempts * 2 ? left : BetweenAttempts * 2;
}
