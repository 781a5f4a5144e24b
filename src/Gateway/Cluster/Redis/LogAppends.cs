using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Appends to the log. Those that wait at the same time share one script, on a connection of their own (rule R12).</summary>
internal sealed class LogAppends(
    LogCaller caller, Followers followers, RedisConnection redis, ClusterWatch watch, ReplicaQuorum quorum, TimeSpan keepFor,
    TimeProvider time) : IAsyncDisposable
{
    // In facts, or as many sessions by their ids as weigh so much.
    private const int MostInOneScript = 256, SessionsOfAFact = 8;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _appending = Task.CompletedTask;
    private bool _busy, _stopped;

    /// <param name="Facts">What belongs together; the last one is answered.</param>
    private sealed record Waiting(IReadOnlyList<Fact> Facts, TaskCompletionSource<Appended> Done, CancellationToken Cancellation)
    {
        public int Weight { get; } = Facts.Sum(fact => 1 + (fact is Fact.EndedSessions ended ? ended.Sessions.Count / SessionsOfAFact : 0));
    }

    /// <summary>Gives the channel that rings when there is more in the log.</summary>
    public static string BellOf(RedisConnection redis) => redis.Prefix + ":bell";

    /// <param name="facts">What belongs together; the last one is answered.</param>
    public async Task<Appended> AppendAsync(IReadOnlyList<Fact> facts, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Waiting waiting = new(facts, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        bool busy;
        lock (_lock)
        {
            if (_stopped) throw new StoreUnavailableException("The gateway is stopping.") { HadNoEffect = true };
            _waiting.Enqueue(waiting);
            (busy, _busy) = (_busy, true);
        }
        // The first one sends its script itself, at once; who comes meanwhile shares the next.
        if (!busy) _appending = AppendAllAsync();
        return await waiting.Done.Task.WaitAsync(cancellation);
    }

    /// <summary>Appends again (rule R2) what an earlier epoch held. Not in the way of what is new.</summary>
    public async Task<string> RestoreAsync(IReadOnlyList<Fact> facts, CancellationToken cancellation)
        => (await caller.AskAsync(redis.General, Call(facts, clock: null, DateTimeOffset.MaxValue), cancellation)).State.Epoch;

    public async ValueTask DisposeAsync()
    {
        // The container knows the log by several names and disposes of it as often.
        lock (_lock)
        {
            if (_stopped) return;
            _stopped = true;
        }
        await _stopping.CancelAsync();
        await _appending;
        _stopping.Dispose();
    }

    private async Task AppendAllAsync()
    {
        List<Waiting> batch = [];
        while (Take(batch)) await AppendAsync(batch);
    }

    private bool Take(List<Waiting> batch)
    {
        batch.Clear();
        int weight = 0;
        lock (_lock)
        {
            while (_waiting.TryPeek(out Waiting? waiting) && (weight == 0 || weight + waiting.Weight <= MostInOneScript))
            {
                _waiting.Dequeue();
                if (waiting.Cancellation.IsCancellationRequested) continue;
                batch.Add(waiting);
                weight += waiting.Weight;
            }
            return _busy = batch.Count > 0;
        }
    }

    private async Task AppendAsync(List<Waiting> batch)
    {
        try
        {
            DateTimeOffset deadline = await redis.Clock.DeadlineAsync(redis.Appends, caller.Limit, _stopping.Token);
            (ClusterState state, IReadOnlyList<AppendedEntry?> appended) = await caller.AskAsync(
                redis.Appends, Call([.. batch.SelectMany(waiting => waiting.Facts)], time.GetUtcNow(), deadline), _stopping.Token);
            int wanted = quorum.Required(state);
            int? replicated = wanted > 0 ? await ReplicatedAsync(state.Epoch, wanted) : null;
            long answered = time.GetTimestamp();
            IReadOnlyList<string> nodes = watch.Read((view, now) => view.Holders(now));
            int last = -1;
            foreach (Waiting waiting in batch)
            {
                last += waiting.Facts.Count;
                if (appended[last] is not { } entry) waiting.Done.TrySetException(new TooLateException(state.Epoch) { HadNoEffect = true });
                else
                    waiting.Done.TrySetResult(new(entry.Fact, new(state.Epoch, entry.Number), entry.First, nodes)
                    {
                        Replicas = replicated, IsProven = !(replicated < wanted), Answered = answered,
                    });
            }
        }
        catch (Exception error)
        {
            StoreUnavailableException unavailable = error as StoreUnavailableException
                ?? new StoreUnavailableException(error.Message, error);
            foreach (Waiting waiting in batch) waiting.Done.TrySetException(unavailable);
        }
    }

    // What the log has it has, however many replicas do; the answer tells.
    private async Task<int> ReplicatedAsync(string epoch, int wanted)
    {
        try { return await followers.CountAsync(redis.Appends, epoch, wanted, caller.Limit / 2, _stopping.Token); }
        catch (StoreUnavailableException) { return 0; }
    }

    private AppendCall Call(IReadOnlyList<Fact> facts, DateTimeOffset? clock, DateTimeOffset deadline)
        => new(facts, redis.Prefix, BellOf(redis), keepFor, clock, deadline);
}
