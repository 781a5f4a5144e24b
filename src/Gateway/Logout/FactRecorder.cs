using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Logout;

/// <summary>
/// Takes one fact all the way: into the log, into this node and its local replica, and, when asked, until every node
/// enforces it or <c>Cluster:AnswerWithin</c> has passed (rule R8).
/// </summary>
internal sealed class FactRecorder(
    IRevocationLog log, LogFollower follower, IMembership membership, Acknowledgements acknowledgements, ClusterOptions cluster,
    TimeProvider time)
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);

    /// <summary>The epoch of the log as this node saw it last.</summary>
    public string Epoch => acknowledgements.Epoch;

    /// <exception cref="UnknownOutcomeException">It may or may not be in the log: repeat it with the same id.</exception>
    /// <exception cref="StoreUnavailableException">The log has not taken it.</exception>
    /// <param name="together">What is recorded with it, or not at all.</param>
    public async Task<(Appended Appended, Enforced Enforced)> RecordAsync(Fact fact, IReadOnlyList<Fact> together, bool waitForAll,
        CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        bool repeated = false, sent = false;
        string epoch = acknowledgements.Epoch;
        while (true)
        {
            try
            {
                Appended appended = await log.AppendAsync(fact, together, cancellation);
                // Whatever fails from here on: the log has had it.
                sent = true;
                // What undid a fact that came before is in the log as well: a repeat answers what is true now.
                LogPosition applied = appended.First ? appended.Position : await log.HeadAsync(cancellation);
                await follower.WaitForAsync(applied, cancellation).WaitAsync(Applying(started), time, cancellation);
                await membership.KeepAsync(new LogEntry(appended.Position, appended.Fact), cancellation)
                    .WaitAsync(Applying(started), time, cancellation);
                if (repeated) appended = appended with { First = true };
                Settlement settlement = acknowledgements.Begin(appended);
                Enforced enforced = waitForAll
                    ? await acknowledgements.EverywhereAsync(settlement, Longer(Left(started)), cancellation)
                    : acknowledgements.Judge(settlement);
                if (!acknowledgements.IsVoid(settlement))
                    return (appended, enforced with { Elapsed = time.GetElapsedTime(started), Replicas = appended.Replicas });
                // Rule R2: the epoch ended before the answer; what it held may be lost. The same id goes into the new one.
            }
            catch (EpochEndedException) when (Left(started) > TimeSpan.Zero) { /* likewise */ }
            catch (EpochEndedException error)
            {
                throw new UnknownOutcomeException(fact.Id, "The log began a new life while the logout was recorded. Repeat it.", error);
            }
            catch (TimeoutException error)
            {
                throw new UnknownOutcomeException(fact.Id, "The log has it, but this node could not apply it in time. Repeat it.", error);
            }
            catch (StoreUnavailableException error) when (membership.RepeatsAppends && error is not UnknownOutcomeException)
            {
                // Rule R18: what Redis gave no answer to may be in its log all the same, unless a later answer of the same epoch says that
                // it is not, and that it would come too late now.
                sent = error is TooLateException late ? sent && late.Epoch != epoch : sent || !error.HadNoEffect;
                if (Left(started) > BetweenAttempts)
                    // Rule R11: an outcome that is unknown is found out by repeating with the same id.
                    await Task.Delay(BetweenAttempts, time, cancellation);
                else if (sent) throw new UnknownOutcomeException(fact.Id, error.Message, error);
                else throw;
            }
            repeated = true;
        }
    }

    private TimeSpan Left(long started) => cluster.AnswerWithin - time.GetElapsedTime(started);

    // Nothing true can be answered before this node has applied it, so this may take longer than AnswerWithin.
    private TimeSpan Applying(long started)
        => Left(started) is var left && left > membership.AppliesWithin ? left : membership.AppliesWithin;

    // However late it is, what is nearly there gets a moment.
    private static TimeSpan Longer(TimeSpan left) => left > BetweenAttempts * 2 ? left : BetweenAttempts * 2;
}
