using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Redis;

namespace Gateway.Cluster;

/// <summary>
/// Rule R2: in a new epoch this node appends again every unexpired fact that it knows, in pages, idempotent by id, with its
/// own time and expiry; and it gives back the second factors and management keys that it knows. Until that is done its lease
/// says that it is repairing, and nodes that may lack what was lost do not use a lease (rule R3).
/// </summary>
internal sealed partial class Repair(
    LocalReplica replica, IVersionedStore values, IServiceProvider services, CarefulClock clock, TimeProvider time, ILogger<Repair> logger)
{
    private const int PageSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private string _running = "";
    private volatile string? _known;

    /// <summary>The epoch to which everything that this node knows has been given; empty when it knows nothing.</summary>
    public string Known => _known ??= replica.Repaired is { Length: > 0 } repaired ? repaired : values.HasReplica ? "embedded" : "";

    /// <summary>The follower has entered an epoch; what it applied before is known now and is all there is to repair.</summary>
    public async Task Begin(string epoch, CancellationToken cancellation)
    {
        if (Known == epoch) return;
        if (Known.Length == 0)
        {
            _known = epoch;
            await Remember(epoch, cancellation);
            return;
        }
        // So that a restart in the middle of it begins it again.
        await Remember(Known, cancellation);
        Volatile.Write(ref _running, epoch);
        Begun(logger, epoch);
        _ = Task.Run(() => Run(epoch, [.. replica.Pending()], cancellation), cancellation);
    }

    private async Task Run(string epoch, IReadOnlyList<Fact> pending, CancellationToken cancellation)
    {
        while (Volatile.Read(ref _running) == epoch)
        {
            try
            {
                int restored = await RestoreAll(epoch, pending, cancellation);
                if (Volatile.Read(ref _running) != epoch) return;
                if (restored >= 0)
                {
                    _known = epoch;
                    await Remember(epoch, cancellation);
                    Done(logger, epoch, restored);
                    return;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { return; }
            catch (StoreUnavailableException error)
            {
                Interrupted(logger, error.Message);
            }
            try { await Task.Delay(Pause, time, cancellation); }
            catch (OperationCanceledException) { return; }
        }
    }

    // How many were missing; -1 when the epoch has ended meanwhile.
    private async Task<int> RestoreAll(string epoch, IReadOnlyList<Fact> pending, CancellationToken cancellation)
    {
        RedisRevocationLog log = services.GetRequiredService<RedisRevocationLog>();
        DateTimeOffset now = clock.Now;
        int restored = 0;
        foreach (Fact[] page in pending.Concat(replica.Everything().Select(entry => entry.Fact)).Where(fact => fact.Expires > now).Chunk(PageSize))
        {
            (string seen, IReadOnlyList<Fact> missing) = await log.Missing(page, cancellation);
            if (seen != epoch || Volatile.Read(ref _running) != epoch) return -1;
            if (missing.Count == 0) continue;
            if (await log.Restore(missing, cancellation) != epoch) return -1;
            restored += missing.Count;
        }
        int others = await values.RestoreAsync(epoch, cancellation);
        return others < 0 ? -1 : restored + others;
    }

    // The file may be full; what is remembered only saves work after a restart, or makes it.
    private async Task Remember(string epoch, CancellationToken cancellation)
    {
        try { await replica.SetRepaired(epoch, cancellation); }
        catch (StoreUnavailableException error) { Interrupted(logger, error.Message); }
    }

    [LoggerMessage(EventId = 710, Level = LogLevel.Warning, Message = "Redis has begun a new life, epoch {Epoch}: appending again what it may have lost.")]
    private static partial void Begun(ILogger logger, string epoch);

    [LoggerMessage(
        EventId = 711, Level = LogLevel.Information,
        Message = "Repaired epoch {Epoch}: {Restored} facts, second factors and management keys were missing and are there again.")]
    private static partial void Done(ILogger logger, string epoch, int restored);

    [LoggerMessage(EventId = 712, Level = LogLevel.Warning, Message = "The repair goes on in a moment: {Reason}")]
    private static partial void Interrupted(ILogger logger, string reason);
}
