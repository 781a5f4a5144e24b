using System.Threading.Channels;
using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>
/// Rule R2: in a new epoch this node appends again every unexpired fact that it knows, in pages, idempotent by id, with its
/// own time and expiry; and it gives back the second factors and management keys that it knows. Until that is done its lease
/// says that it is repairing, and nodes that may lack what was lost do not use a lease (rule R3).
/// </summary>
internal sealed partial class Repair(
    LocalReplica replica, IVersionedStore values, IClusterLog log, CarefulClock clock, TimeProvider time, ILogger<Repair> logger) : Loop
{
    private const int PageSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Only the newest epoch is worth repairing.
    private readonly Channel<Lost> _wanted = Channel.CreateBounded<Lost>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private volatile string _epoch = "";
    private volatile string? _known;

    /// <param name="Pending">What was applied and is not in the replica's file yet.</param>
    private sealed record Lost(string Epoch, IReadOnlyList<Fact> Pending);

    public override string Work => "appending again what the log has lost";

    /// <summary>The epoch to which everything that this node knows has been given; empty when it knows nothing.</summary>
    public string Known => _known ??= replica.Repaired is { Length: > 0 } repaired ? repaired : values.HasReplica ? "embedded" : "";

    /// <summary>Learns that the follower has entered an epoch; what it applied before is known now and is all there is to repair.</summary>
    public async Task BeginAsync(string epoch, CancellationToken cancellation)
    {
        _epoch = epoch;
        if (Known == epoch) return;
        if (Known.Length == 0)
        {
            _known = epoch;
            await RememberAsync(epoch, cancellation);
            return;
        }
        // So that a restart in the middle of it begins it again.
        await RememberAsync(Known, cancellation);
        Begun(logger, epoch);
        _wanted.Writer.TryWrite(new(epoch, [.. replica.Pending()]));
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (Lost lost in _wanted.Reader.ReadAllAsync(stopping))
                while (!await DoneAsync(lost, stopping)) await Task.Delay(Pause, time, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    // True when it is done, or no longer wanted.
    private async Task<bool> DoneAsync(Lost lost, CancellationToken cancellation)
    {
        try
        {
            int restored = await RestoreAllAsync(lost, cancellation);
            if (_epoch != lost.Epoch) return true;
            if (restored < 0) return false;
            _known = lost.Epoch;
            await RememberAsync(lost.Epoch, cancellation);
            Done(logger, lost.Epoch, restored);
            return true;
        }
        catch (StoreUnavailableException error)
        {
            Interrupted(logger, error.Message);
            return false;
        }
    }

    // How many were missing; -1 when the epoch has ended meanwhile.
    private async Task<int> RestoreAllAsync(Lost lost, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.Now;
        int restored = 0;
        foreach (Fact[] page in lost.Pending.Concat(replica.Everything().Select(entry => entry.Fact)).Where(fact => fact.Expires > now)
            .Chunk(PageSize))
        {
            (string seen, IReadOnlyList<Fact> missing) = await log.MissingAsync(page, cancellation);
            if (seen != lost.Epoch || _epoch != lost.Epoch) return -1;
            if (missing.Count == 0) continue;
            if (await log.RestoreAsync(missing, cancellation) != lost.Epoch) return -1;
            restored += missing.Count;
        }
        int others = await values.RestoreAsync(lost.Epoch, cancellation);
        return others < 0 ? -1 : restored + others;
    }

    // The file may be full; what is remembered only saves work after a restart, or makes it.
    private async Task RememberAsync(string epoch, CancellationToken cancellation)
    {
        try { await replica.SetRepairedAsync(epoch, cancellation); }
        catch (StoreUnavailableException error) { Interrupted(logger, error.Message); }
    }

    [LoggerMessage(EventId = 710, Level = LogLevel.Warning,
        Message = "Redis has begun a new life, epoch {Epoch}: appending again what it may have lost.")]
    private static partial void Begun(ILogger logger, string epoch);

    [LoggerMessage(
        EventId = 711, Level = LogLevel.Information,
        Message = "Repaired epoch {Epoch}: {Restored} facts, second factors and management keys were missing and are there again.")]
    private static partial void Done(ILogger logger, string epoch, int restored);

    [LoggerMessage(EventId = 712, Level = LogLevel.Warning, Message = "The repair goes on in a moment: {Reason}")]
    private static partial void Interrupted(ILogger logger, string reason);
}
