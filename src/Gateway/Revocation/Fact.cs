namespace Gateway.Revocation;

/// <summary>What the revocation log holds: an immutable revocation, or the reinstatement that undoes one. A closed set.</summary>
internal abstract record Fact
{
    private Fact() { }

    /// <summary>Made by the caller's node: UUIDv7, or derived from the Idempotency-Key, so that a repeat is recognised.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was recorded, by the log's clock (this machine's, or Redis' in a cluster).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>It is kept, and acts, at least until then: never before <see cref="At"/> plus <c>Revocation:KeepFor</c>.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Who did it: a key's name, a subject, a dialect's caller. Never a secret.</summary>
    public required string Actor { get; init; }

    /// <summary>Why, in the caller's words; never shown to the session's user.</summary>
    public string? Reason { get; init; }

    public sealed record Revocation : Fact
    {
        public required Target Target { get; init; }
    }

    public sealed record Reinstatement : Fact
    {
        /// <summary>Id of the revocation that it undoes. It wins whatever the order in which the two arrive.</summary>
        public required Guid Of { get; init; }
    }
}
