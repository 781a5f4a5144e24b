namespace Gateway.Revocation;

/// <summary>What a node says when it asks for a lease, or announces that it is there.</summary>
internal sealed record Renewal
{
    public required string Node { get; init; }

    /// <summary>Grows with each renewal of this node: one that was held up must not take back what a later one was given.</summary>
    public required long Serial { get; init; }

    /// <summary>False announces it without a lease: a node that has not read the log to its end (rule R1).</summary>
    public required bool Wants { get; init; }

    public required TimeSpan Length { get; init; }

    /// <summary>The epoch to which everything that it knows has been given (rule R2); empty when it knows nothing.</summary>
    public required string Repaired { get; init; }

    /// <summary>The epoch that it has seen for 1.1 leases of its own clock (rule R3); empty for none.</summary>
    public required string Seen { get; init; }

    /// <summary>Something of it lets traffic through when it is stale (rule R7).</summary>
    public required bool Serves { get; init; }

    public required LogPosition Applied { get; init; }
    public required string Version { get; init; }

    /// <summary>The newest version of a fact that it reads (rule R17).</summary>
    public int Reads { get; init; } = FactEncoding.Newest;

    public required string Address { get; init; }
}
