using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Http;

/// <summary>Remembers the newest refusals of this node, for the operator who looks. A flood of them overwrites a fixed ring.</summary>
internal sealed class RecentRefusals(TimeProvider time)
{
    /// <summary>How many are remembered.</summary>
    public const int Capacity = 512;

    private const int LongestPath = 200;

    private readonly RecentRefusal?[] _ring = new RecentRefusal?[Capacity];
    private long _count;

    public void Add(HttpContext context, string route, Refusal refusal)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path;
        int end = target.AsSpan(0, Math.Min(target.Length, LongestPath)).IndexOf('?');
        string path = end >= 0 ? target[..end] : target.Length > LongestPath ? target[..LongestPath] + "…" : target;
        RecentRefusal refused = new(time.GetUtcNow(), refusal, route, context.Request.Method, path, context.Connection.RemoteIpAddress,
            TraceId.Of(context));
        Volatile.Write(ref _ring[(Interlocked.Increment(ref _count) - 1) % Capacity], refused);
    }

    /// <summary>Lists them, newest first.</summary>
    public IReadOnlyList<RecentRefusal> Newest(int count)
    {
        long end = Volatile.Read(ref _count);
        List<RecentRefusal> newest = [];
        for (long at = end - 1; at >= Math.Max(0, end - Capacity) && newest.Count < count; at--)
            if (Volatile.Read(ref _ring[at % Capacity]) is { } refused) newest.Add(refused);
        return newest;
    }
}
