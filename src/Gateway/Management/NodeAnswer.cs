namespace Gateway.Management;

/// <summary>One gateway process of the cluster.</summary>
internal sealed record NodeAnswer
{
    public required string Id { get; init; }
    public required string Version { get; init; }
    public required string Address { get; init; }

    /// <summary>Whether it holds a usable lease.</summary>
    public required bool Lease { get; init; }

    /// <summary>When it runs out unless it is renewed, by Redis' clock; null with the embedded log, where it never does.</summary>
    public DateTimeOffset? LeaseEnds { get; init; }
    public required long Position { get; init; }
    public required string Epoch { get; init; }

    /// <summary>Facts of the log that it has not applied yet.</summary>
    public required long Lag { get; init; }

    /// <summary>It still appends again what Redis has lost.</summary>
    public bool Repairing { get; init; }
    public required bool Ready { get; init; }
}
