using Gateway.Http;

namespace Gateway.Enforcement;

/// <summary>How live connections end.</summary>
internal sealed record EnforcementOptions
{
    /// <summary>Of routes whose metadata says no <c>Mode</c>: <c>Enforce</c>, or <c>Report</c> to refuse only what is revoked, and to
    /// log and count what else would be; default Enforce.</summary>
    public EnforcementMode Mode { get; init; } = EnforcementMode.Enforce;

    /// <summary>WebSocket Close code; default 4401.</summary>
    public int CloseCode { get; init; } = 4401;
    public string CloseReason { get; init; } = "session ended";

    /// <summary>How long a WebSocket client may take to answer the Close, and to get the rest of a frame; default 1 s. With Redis at most
    /// half of <c>Cluster:Lease</c>, less 300 ms.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The last event of an event stream; an empty name sends none.</summary>
    public string LastEvent { get; init; } = "session-ended";

    /// <summary>How many connections are ended politely at a time; default 16.</summary>
    public int EndAtATime { get; init; } = 16;

    /// <summary>How many verified tokens are remembered; default 100,000.</summary>
    public int TokenCache { get; init; } = 100_000;

    /// <summary>Addresses or networks of proxies whose X-Forwarded-* headers are believed.</summary>
    public List<string> TrustedProxies { get; init; } = [];
}
