using System.Collections.Concurrent;
using Gateway.Enforcement.Endings;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>
/// Every proxied exchange that is open on this node. An exchange enters before it is checked, and the index is changed
/// before they are swept, so that a revocation applied at the same time is seen by one of the two (rule R6).
/// </summary>
internal sealed partial class LiveConnections(TimeProvider? clock = null, EnforcementMetrics? metrics = null,
    ILogger<LiveConnections>? logger = null)
{
    private const int StripeCount = 128;

    private readonly TimeProvider _time = clock ?? TimeProvider.System;
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe())];
    private readonly Lock _settlingLock = new();
    private Task _settling = Task.CompletedTask;
    private long _earliest = long.MaxValue;

    /// <summary>What was sealed and is to be ended, in the order of sealing.</summary>
    public ConcurrentQueue<(LiveConnection Connection, Sweep Sweep)> Sealed { get; } = new();

    /// <summary>Rung when something was sealed.</summary>
    public SemaphoreSlim SealedBell { get; } = new(0);

    public int Count => _stripes.Sum(stripe => Volatile.Read(ref stripe.Count));

    /// <summary>Whether one that is open may let traffic through when this node is stale, whatever its route says by now.</summary>
    public bool AnyServes => Array.Exists(_stripes, static stripe => Volatile.Read(ref stripe.Serving) > 0);

    public void Enter(LiveConnection connection)
    {
        int number = Environment.CurrentManagedThreadId & (StripeCount - 1);
        Stripe stripe = _stripes[number];
        long endsAt = connection.EndsAt;
        lock (stripe.Lock)
        {
            connection.Stripe = number;
            connection.Next = stripe.First;
            if (stripe.First is not null) stripe.First.Previous = connection;
            stripe.First = connection;
            stripe.Count++;
            if (connection.MayServeStale) stripe.Serving++;
        }
        if (endsAt != long.MaxValue) LowerEarliest(endsAt);
        Interlocked.MemoryBarrier();
    }

    public void Leave(LiveConnection connection)
    {
        Stripe stripe = _stripes[connection.Stripe];
        lock (stripe.Lock)
        {
            if (connection.Previous is null) stripe.First = connection.Next;
            else connection.Previous.Next = connection.Next;
            if (connection.Next is not null) connection.Next.Previous = connection.Previous;
            connection.Previous = connection.Next = null;
            stripe.Count--;
            if (connection.MayServeStale) stripe.Serving--;
        }
    }

    /// <summary>Completes when nothing passes any more, in either direction, on anything sealed before this call. It waits
    /// for chunks on their way and for the rest of a frame to a client, at most <c>Enforcement:CloseTimeout</c>, and never for
    /// a peer's polite Close. A logout is acknowledged only after this.</summary>
    public Task SettledAsync() { lock (_settlingLock) return _settling; }

    /// <summary>Seals what has come to the end of its token's life.</summary>
    public int SealExpired(DateTimeOffset now)
    {
        long ticks = now.UtcTicks;
        if (Volatile.Read(ref _earliest) > ticks) return 0;
        Volatile.Write(ref _earliest, long.MaxValue);
        return Seal(connection =>
        {
            long endsAt = connection.EndsAt;
            if (endsAt == long.MaxValue) return EndCause.None;
            // A request was accepted by its realm, with the realm's tolerance; only what stays open is ended.
            if (endsAt <= ticks && connection.Ending.HasBegun) return EndCause.Expired;
            LowerEarliest(endsAt);
            return EndCause.None;
        });
    }

    /// <summary>Seals each open connection for which the judge names a cause.</summary>
    public int Seal(Func<LiveConnection, EndCause> judge)
    {
        Sweep sweep = new(_time, metrics);
        List<LiveConnection>? found = null;
        foreach (Stripe stripe in _stripes)
        {
            if (Volatile.Read(ref stripe.Count) == 0 && Volatile.Read(ref stripe.First) is null) continue;
            lock (stripe.Lock)
            {
                for (LiveConnection? connection = stripe.First; connection is not null; connection = connection.Next)
                    if (!connection.IsSealed && judge(connection) is var cause and not EndCause.None && connection.Seal(cause))
                        (found ??= []).Add(connection);
            }
        }
        if (found is null) return 0;
        Stop(found, sweep);
        return found.Count;
    }

    /// <summary>Seals this one, if it is still open.</summary>
    public void Seal(LiveConnection connection, EndCause cause)
    {
        Stripe stripe = _stripes[connection.Stripe];
        lock (stripe.Lock)
        {
            bool isOpen = connection.Previous is not null || stripe.First == connection;
            if (!isOpen || !connection.Seal(cause)) return;
        }
        Stop([connection], new Sweep(_time, metrics));
    }

    /// <summary>Takes note that an open connection ends earlier than it did when it entered.</summary>
    public void EndsEarlier(LiveConnection connection)
    {
        if (connection.EndsAt is var endsAt && endsAt != long.MaxValue) LowerEarliest(endsAt);
    }

    private void Stop(List<LiveConnection> found, Sweep sweep)
    {
        sweep.Begin(found.Count);
        List<Task>? stopping = null;
        foreach (LiveConnection connection in found)
        {
            Task stopped = StopSafelyAsync(connection);
            if (!stopped.IsCompleted) (stopping ??= []).Add(stopped);
            Sealed.Enqueue((connection, sweep));
        }
        if (stopping is not null)
            lock (_settlingLock)
            {
                if (!_settling.IsCompleted) stopping.Add(_settling);
                _settling = Task.WhenAll(stopping);
            }
        SealedBell.Release();
    }

    // One that fails keeps no other from being stopped; it is sealed all the same, so nothing new of it passes.
    private Task StopSafelyAsync(LiveConnection connection)
    {
        try { return connection.StopAsync(); }
        catch (Exception error)
        {
            if (logger is not null) CouldNotStop(logger, connection.Ending.Word, error);
            return Task.CompletedTask;
        }
    }

    [LoggerMessage(EventId = 1207, Level = LogLevel.Error,
        Message = "A live connection ({Kind}) was sealed but could not be stopped in its own way.")]
    private static partial void CouldNotStop(ILogger logger, string kind, Exception error);

    /// <summary>Tells how many open connections a predicate matches; for previews.</summary>
    public int CountWhere(Func<SessionIdentity, bool> predicate)
    {
        int count = 0;
        ForEach(connection => { if (connection.Identities.Any(predicate)) count++; });
        return count;
    }

    /// <summary>Tells how many are open of each of these sessions.</summary>
    public Dictionary<IndexKey, int> CountOf(IEnumerable<IndexKey> sessions)
    {
        Dictionary<IndexKey, int> counts = [];
        foreach (IndexKey session in sessions) counts[session] = 0;
        if (counts.Count == 0) return counts;
        ForEach(connection =>
        {
            foreach (SessionIdentity identity in connection.Identities)
                if (identity.ListedId is not null && counts.TryGetValue(identity.SessionKey, out int count))
                    counts[identity.SessionKey] = count + 1;
        });
        return counts;
    }

    /// <summary>Tells how many are open of each kind, in the words of the metrics.</summary>
    public IEnumerable<(string Kind, int Count)> CountByKind()
    {
        Dictionary<string, int> counts = EndingChoice.Words.ToDictionary(word => word, _ => 0);
        ForEach(connection => counts[connection.Ending.Word]++);
        return counts.Select(pair => (pair.Key, pair.Value));
    }

    private void ForEach(Action<LiveConnection> action)
    {
        foreach (Stripe stripe in _stripes)
            lock (stripe.Lock)
                for (LiveConnection? connection = stripe.First; connection is not null; connection = connection.Next) action(connection);
    }

    private void LowerEarliest(long endsAt)
    {
        long current;
        while ((current = Volatile.Read(ref _earliest)) > endsAt
            && Interlocked.CompareExchange(ref _earliest, endsAt, current) != current) { }
    }

    // A lock and the head of a list without nodes of its own: entering and leaving allocate nothing.
    private sealed class Stripe
    {
        public readonly Lock Lock = new();
        public LiveConnection? First;
        public int Count;

        /// <summary>Of these, how many may serve when this node is stale.</summary>
        public int Serving;
    }
}
