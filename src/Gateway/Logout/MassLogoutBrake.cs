using System.Collections.Concurrent;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Logout;

/// <summary>Above so many sessions that one call, or one caller within a minute, would end, an administrator must confirm how many: a
/// typing error or a stolen key must not sign everybody out. With a confirmation everything may be ended, and at once.</summary>
internal sealed class MassLogoutBrake(LimitsOptions limits, SessionsToEnd sessions, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // What was confirmed is an emergency maybe: counting holds it up no longer, and a confirmation of far too few is found out by then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int SweepAt = 1000;

    private readonly ConcurrentDictionary<string, Minute> _minutes = new();

    /// <exception cref="ConfirmationNeededException">It is to be confirmed.</exception>
    /// <exception cref="StoreUnavailableException">The registry cannot be read now, and nothing was confirmed.</exception>
    public async Task CheckAsync(RevocationRequest request, SeenSession? seen, DateTimeOffset at, CancellationToken cancellation)
    {
        if (request.Confirm is { } confirmed)
        {
            int found = await CountAtOnceAsync(request.Target, seen, at, cancellation);
            // Meanwhile some more have signed in.
            if (found > confirmed + (confirmed / 10) + 10)
                throw new ConfirmationNeededException(found, $"It would end {found} sessions or more, and {confirmed} were confirmed.");
            return;
        }
        int count = 0;
        // A named session was looked up already: whoever ends it does not wait once more for a registry that may be away.
        if (request.Target is not Target.Session || seen is not null)
            await sessions.WalkAsync(request.Target, seen, at, () => count++, cancellation);
        if (count > limits.UnconfirmedPerCall)
            throw new ConfirmationNeededException(count,
                $"It would end {count} sessions, and one call ends at most {limits.UnconfirmedPerCall} (Limits:UnconfirmedPerCall) "
                    + "unconfirmed.");
        if (count > 0 && !MinuteOf(request.Actor.Name).TryAdd(count, limits.UnconfirmedPerMinute))
            throw new ConfirmationNeededException(count,
                $"It would end {count} sessions, and within a minute its caller ends at most {limits.UnconfirmedPerMinute} "
                    + "(Limits:UnconfirmedPerMinute) unconfirmed.");
    }

    private async Task<int> CountAtOnceAsync(Target target, SeenSession? seen, DateTimeOffset at, CancellationToken cancellation)
    {
        int count = 0;
        CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A file reads on the thread that asks.
        Task walk = Task.Run(() => sessions.WalkAsync(target, seen, at, () => count++, patience.Token), cancellation);
        await walk.WaitAsync(Patience, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await patience.CancelAsync();
        _ = walk.ContinueWith(walked =>
        {
            _ = walked.Exception;   // a registry that cannot be read counts as far as it came
            patience.Dispose();
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return Volatile.Read(ref count);
    }

    private Minute MinuteOf(string caller)
    {
        if (_minutes.Count >= SweepAt)
            foreach (KeyValuePair<string, Minute> entry in _minutes)
                if (entry.Value.IsOver) _minutes.TryRemove(entry);
        return _minutes.GetOrAdd(caller, static (_, time) => new(time), time);
    }

    /// <summary>What one caller has ended unconfirmed within the last minute.</summary>
    private sealed class Minute(TimeProvider time)
    {
        private readonly Queue<(long At, int Count)> _ended = [];
        private long _sum;

        public bool IsOver
        {
            get
            {
                lock (_ended)
                {
                    Forget(time.GetTimestamp());
                    return _ended.Count == 0;
                }
            }
        }

        public bool TryAdd(int count, int most)
        {
            long now = time.GetTimestamp();
            lock (_ended)
            {
                Forget(now);
                if (_sum + count > most) return false;
                _sum += count;
                _ended.Enqueue((now, count));
                return true;
            }
        }

        private void Forget(long now)
        {
            while (_ended.TryPeek(out (long At, int Count) first) && time.GetElapsedTime(first.At, now) >= Window)
                _sum -= _ended.Dequeue().Count;
        }
    }
}
