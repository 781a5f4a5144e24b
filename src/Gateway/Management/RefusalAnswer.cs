namespace Gateway.Management;

/// <summary>A request that this node refused.</summary>
internal sealed record RefusalAnswer
{
    public required DateTimeOffset At { get; init; }
    public required int Status { get; init; }

    /// <summary>The route, the dialect, or <c>management</c>; <c>none</c> before a route was known.</summary>
    public required string Route { get; init; }
    public required string Method { get; init; }

    /// <summary>As it came, without the query; at most 200 characters.</summary>
    public required string Path { get; init; }

    /// <summary>On one line; the client was not told.</summary>
    public required string Why { get; init; }
    public string? Address { get; init; }
    public required string Trace { get; init; }
}
