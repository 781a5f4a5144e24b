namespace Gateway.Management;

/// <summary>A route as it is in force now.</summary>
internal sealed record RouteAnswer
{
    public required string Id { get; init; }

    /// <summary>Null: any path.</summary>
    public string? Path { get; init; }

    /// <summary>Empty: any host.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }
    public string? Cluster { get; init; }

    /// <summary>Optional, Required or Ignore.</summary>
    public required string Session { get; init; }

    /// <summary>Empty: every realm.</summary>
    public required IReadOnlyList<string> Realms { get; init; }

    /// <summary>Reject or Serve.</summary>
    public required string WhenStale { get; init; }

    /// <summary>Enforce or Report.</summary>
    public required string Mode { get; init; }
}
