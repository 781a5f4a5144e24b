using System.Diagnostics.Metrics;

namespace Gateway.Store.Redis;

/// <summary>How much of its <c>maxmemory</c> Redis has used. When it is nearly full, what revocation does not need is no longer saved, so
/// that logouts have the rest; when it is full, leases, acknowledgements and trimming still go on.</summary>
internal sealed class RedisMemory
{
    private const double Reserve = 0.1;

    private long _used, _most;

    public RedisMemory(IMeterFactory meters)
        => meters.Create("Gateway.Store").CreateObservableGauge("gateway.store.filled", () => Filled, "1",
            "Share of Redis' maxmemory that is used; 0 where it has no limit.");

    /// <summary>From 0 to 1, and a little more; 0 where Redis has no limit.</summary>
    public double Filled => Interlocked.Read(ref _most) is > 0 and var most ? (double)Interlocked.Read(ref _used) / most : 0;

    /// <summary>Why only logouts are saved now; null when there is room.</summary>
    public string? Trouble => Filled < 1 - Reserve ? null
        : $"Redis has used {Filled:P0} of its maxmemory. Sessions that are seen are no longer saved, so that logouts have the rest; when "
            + "it is full they are answered 503. Raise maxmemory.";

    /// <summary>Takes note of what Redis says of itself.</summary>
    public void Saw(ServerInfo info)
    {
        Interlocked.Exchange(ref _most, long.TryParse(info["maxmemory"], out long most) ? most : 0);
        Interlocked.Exchange(ref _used, long.TryParse(info["used_memory"], out long used) ? used : 0);
    }
}
