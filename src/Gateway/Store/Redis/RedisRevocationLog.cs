using Gateway.Cluster;
using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// The revocation log of a cluster: a stream, and scripts that are each one step. Appends that wait at the same time
/// share one script. Every answer tells the <see cref="ClusterWatch"/> about the epoch and the nodes.
/// </summary>
internal sealed class RedisRevocationLog : IRevocationLog, IAsyncDisposable
{
    private const int MostInOneScript = 256;

    private readonly RedisConnection _redis;
    private readonly ClusterWatch _watch;
    private readonly TimeProvider _time;
    private readonly StoreOptions _options;
    private readonly long _keepFor;
    private readonly TimeSpan _limit;
    private readonly RedisKey[] _keys;
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _appending = Task.CompletedTask;
    private bool _busy, _stopped;

    private Ahead? _ahead;

    private sealed record Ahead(LogPosition After, int Limit, long Asked, Task<(RedisResult Range, RedisResult Look)> Page);

    private sealed record Waiting(Fact Fact, TaskCompletionSource<Appended> Done, CancellationToken Cancellation);

    public RedisRevocationLog(RedisConnection redis, ClusterWatch watch, StoreOptions options, ClusterOptions cluster, RevocationOptions revocation, TimeProvider time)
    {
        _redis = redis;
        _watch = watch;
        _time = time;
        _options = options;
        _keepFor = (long)revocation.KeepFor.TotalMilliseconds;
        // So short that a call on a dead connection leaves time to repeat it within the answer (rule R11), so long that
        // a slow line still gets its answer.
        _limit = TimeSpan.FromMilliseconds(Math.Clamp(cluster.AnswerWithin.TotalMilliseconds / 3, 250, 2000));
        _keys = [redis.Key("log"), redis.Key("epoch"), redis.Key("nodes")];
    }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Limit => _limit;

    public async Task<Appended> Append(Fact fact, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Waiting waiting = new(fact, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        bool busy;
        lock (_lock)
        {
            if (_stopped) throw new StoreUnavailableException("The gateway is stopping.");
            _waiting.Enqueue(waiting);
            (busy, _busy) = (_busy, true);
        }
        // The first one sends its script itself, at once; who comes meanwhile shares the next.
        if (!busy) _appending = AppendAll();
        return await waiting.Done.Task.WaitAsync(cancellation);
    }

    public async Task<LogPage> ReadFrom(LogPosition after, int limit, CancellationToken cancellation)
    {
        if (await OnItsWay(after, limit, cancellation) is { } full) return full;
        (ClusterState state, RedisResult page) = await Ask(_redis.Reads, LogScripts.Read, [after.Number, limit], cancellation);
        if (!string.IsNullOrEmpty(after.Epoch) && after.Epoch != state.Epoch) throw new EpochEndedException(after.Epoch);
        List<(long Number, Fact Fact)> read = LogAnswers.Page(page);
        int count = ((RedisValue[])page!).Length / 2;
        bool end = count < limit && read.Count == count;
        LogPosition next = new(state.Epoch, end ? state.Head : read[^1].Number);
        if (read.Count == limit) LookAhead(next, limit);
        await RequireWhole(after.Number, read, next, state, cancellation);
        return new LogPage(read.ConvertAll(entry => new LogEntry(new(state.Epoch, entry.Number), entry.Fact)), next, end);
    }

    // A full page is followed by another: it is asked for before this one is decoded. A plain range costs Redis a fifth of
    // what a script takes to hand one over; the look at the epoch in the same step says whose entries they are (rule R2).
    private void LookAhead(LogPosition after, int limit)
        => Volatile.Write(ref _ahead, new Ahead(after, limit, _time.GetTimestamp(), _redis.Reads.ExecuteAndRun(
            "XRANGE", [_keys[0], $"({after.Number}-0", "+", "COUNT", limit], LogScripts.Look, _keys, [NewEpoch()], _limit, _stopping.Token)));

    // Null when it was not asked for, or is not a full page of this epoch: then it is read in the ordinary way, in which the
    // end of the log comes together with its head.
    private async Task<LogPage?> OnItsWay(LogPosition after, int limit, CancellationToken cancellation)
    {
        Ahead? ahead = Volatile.Read(ref _ahead);
        if (ahead is null || ahead.After != after || ahead.Limit != limit || Interlocked.CompareExchange(ref _ahead, null, ahead) != ahead) return null;
        RedisResult range, look;
        try { (range, look) = await ahead.Page.WaitAsync(cancellation); }
        catch (StoreUnavailableException) { return null; }
        ClusterState state = LogAnswers.State(look);
        if (!_watch.Observe(state, ahead.Asked) || state.Epoch != after.Epoch) return null;
        RedisResult[] entries = (RedisResult[])range!;
        if (entries.Length < limit) return null;
        LookAhead(new(state.Epoch, LogAnswers.NumberOf(entries[^1])), limit);
        List<(long Number, Fact Fact)> read = LogAnswers.Range(entries);
        LogPosition next = new(state.Epoch, read[^1].Number);
        await RequireWhole(after.Number, read, next, state, cancellation);
        return new LogPage(read.ConvertAll(entry => new LogEntry(new(state.Epoch, entry.Number), entry.Fact)), next, End: false);
    }

    // Rule R10: what is missing above the bound was not trimmed but lost.
    private async Task RequireWhole(long after, List<(long Number, Fact Fact)> read, LogPosition next, ClusterState state, CancellationToken cancellation)
    {
        long last = after;
        foreach ((long number, _) in read)
        {
            if (number != last + 1 && number - 1 > state.Trimmed) await End();
            last = number;
        }
        if (next.Number > last && next.Number > state.Trimmed) await End();

        async Task End()
        {
            await Ask(_redis.Reads, LogScripts.EndEpoch, [state.Epoch], cancellation);
            throw new EpochEndedException(state.Epoch);
        }
    }

    public async Task<LogPosition> Head(CancellationToken cancellation)
    {
        (ClusterState state, _) = await Ask(_redis.Reads, LogScripts.Look, [], cancellation);
        return new LogPosition(state.Epoch, state.Head);
    }

    /// <summary>Rules R1 to R4: grants or renews; see <see cref="LogScripts.Renew"/>. The grant is not yet taken in.</summary>
    public async Task<(ClusterState State, long Asked)> Renew(object[] arguments, TimeSpan limit, CancellationToken cancellation)
    {
        long asked = _time.GetTimestamp();
        RedisResult answer = await _redis.Leases.Run(LogScripts.Renew, _keys, [NewEpoch(), .. arguments], limit, cancellation);
        return (LogAnswers.State(answer), asked);
    }

    /// <summary>Rule R5.</summary>
    public Task Acknowledge(string node, LogPosition applied, CancellationToken cancellation)
        => Ask(_redis.Leases, LogScripts.Acknowledge, [node, _redis.Prefix + ":acks", applied.Epoch, applied.Number], cancellation);

    /// <summary>Rules R4 and R11: takes a node off the list, with a serial only if it has not renewed since.</summary>
    public Task Remove(string node, long? serial, CancellationToken cancellation)
        => Ask(_redis.Leases, LogScripts.Remove, [node, serial?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ""], cancellation);

    /// <summary>Rule R2: which of these the log does not hold.</summary>
    public async Task<(string Epoch, IReadOnlyList<Fact> Missing)> Missing(IReadOnlyList<Fact> facts, CancellationToken cancellation)
    {
        (ClusterState state, RedisResult missing) = await Ask(_redis.General, LogScripts.Missing, [_redis.Prefix, .. facts.Select(fact => fact.Id.ToString("N"))], cancellation);
        return (state.Epoch, [.. ((RedisResult[])missing!).Select(index => facts[(int)index])]);
    }

    /// <summary>Rule R2: appends again what an earlier epoch held, with its own time and expiry.</summary>
    public async Task<string> Restore(IReadOnlyList<Fact> facts, CancellationToken cancellation)
    {
        (ClusterState state, _) = await Ask(_redis.General, LogScripts.Append, Arguments(facts, restored: true), cancellation);
        return state.Epoch;
    }

    /// <summary>Rule R10: one page; answers how many entries were looked at and how many went.</summary>
    public async Task<(long Looked, long Gone)> Trim(int page, TimeSpan apart, CancellationToken cancellation)
    {
        long asked = _time.GetTimestamp();
        RedisResult[] parts = (RedisResult[])(await _redis.General.Run(LogScripts.Trim, _keys,
            [NewEpoch(), _time.GetUtcNow().ToUnixTimeMilliseconds(), page, _redis.Prefix + ":trimming", (long)apart.TotalMilliseconds], _limit, cancellation))!;
        _watch.Observe(LogAnswers.State(parts[0]), asked);
        return (LogAnswers.Number(parts[1]), LogAnswers.Number(parts[2]));
    }

    public async ValueTask DisposeAsync()
    {
        // The container knows it by two names and disposes of it twice.
        lock (_lock)
        {
            if (_stopped) return;
            _stopped = true;
        }
        await _stopping.CancelAsync();
        await _appending;
        _stopping.Dispose();
    }

    private async Task AppendAll()
    {
        List<Waiting> batch = [];
        while (Take(batch)) await Append(batch);
    }

    private bool Take(List<Waiting> batch)
    {
        batch.Clear();
        lock (_lock)
        {
            while (batch.Count < MostInOneScript && _waiting.TryDequeue(out Waiting? waiting))
                if (!waiting.Cancellation.IsCancellationRequested) batch.Add(waiting);
            return _busy = batch.Count > 0;
        }
    }

    private async Task Append(List<Waiting> batch)
    {
        try
        {
            object[] arguments = Arguments(batch.ConvertAll(waiting => waiting.Fact), restored: false);
            (ClusterState state, RedisResult answers) = await Ask(_redis.Appends, LogScripts.Append, arguments, _stopping.Token);
            int? replicas = _options.Replicas > 0 ? await Replicated() : null;
            long answered = _time.GetTimestamp();
            IReadOnlyList<string> nodes = _watch.Read((view, now) => view.Holders(now));
            RedisResult[] each = (RedisResult[])answers!;
            for (int i = 0; i < batch.Count; i++)
            {
                RedisValue[] answer = (RedisValue[])each[i]!;
                bool first = answer[1] == "1";
                Fact fact = first ? batch[i].Fact with { At = DateTimeOffset.FromUnixTimeMilliseconds((long)answer[2]), Expires = LogAnswers.Instant((long)answer[3]) } : LogAnswers.Fact((byte[])answer[4]!, (long)answer[2], (long)answer[3]);
                batch[i].Done.TrySetResult(new Appended(fact, new(state.Epoch, (long)answer[0]), first, nodes) { Replicas = replicas, Answered = answered });
            }
        }
        catch (Exception error)
        {
            StoreUnavailableException unavailable = error as StoreUnavailableException ?? new StoreUnavailableException(error.Message, error);
            foreach (Waiting waiting in batch) waiting.Done.TrySetException(unavailable);
        }
    }

    private async Task<int> Replicated()
        => (int)await _redis.Appends.Execute("WAIT", [_options.Replicas, (long)(_limit.TotalMilliseconds / 2)], _limit, _stopping.Token);

    private object[] Arguments(IReadOnlyList<Fact> facts, bool restored)
    {
        List<object> arguments = new(3 + facts.Count * 7) { _redis.Prefix, _redis.Prefix + ":bell", restored ? 0L : _keepFor };
        foreach (Fact fact in facts)
        {
            (string marker, string line) = fact is Fact.Revocation revocation ? Markers.Of(_redis.Prefix, revocation) : ("", "");
            arguments.Add(fact.Id.ToString("N"));
            arguments.Add(FactEncoding.Encode(fact));
            arguments.Add(restored ? fact.At.ToUnixTimeMilliseconds() : "");
            arguments.Add(LogAnswers.Milliseconds(fact.Expires));
            arguments.Add(marker);
            arguments.Add(line);
            arguments.Add(fact is Fact.Reinstatement { Of: var of } ? of.ToString("N") : "");
        }
        return [.. arguments];
    }

    // Scripts that answer with the state first and their own result second, or with the state alone.
    private async Task<(ClusterState State, RedisResult Result)> Ask(RedisLink link, RedisScript script, object[] arguments, CancellationToken cancellation)
    {
        // An answer that was overtaken by a newer one is asked for again.
        for (int attempt = 0; ; attempt++)
        {
            long asked = _time.GetTimestamp();
            RedisResult answer = await link.Run(script, _keys, [NewEpoch(), .. arguments], _limit, cancellation);
            RedisResult[] parts = (RedisResult[])answer!;
            (RedisResult state, RedisResult result) = parts.Length == 2 ? (parts[0], parts[1]) : (answer, answer);
            ClusterState read = LogAnswers.State(state);
            if (_watch.Observe(read, asked)) return (read, result);
            if (attempt == 3) throw new StoreUnavailableException("Redis changes its life too quickly to follow.");
        }
    }

    private static string NewEpoch() => Guid.CreateVersion7().ToString("N");
}
