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

    /// <summary>Sessions that a cut-off ends by their ids (rule R20): those that the registry held for it, and those that it has
    /// refused. A later token of such a session, with a later time in it, is refused as well.</summary>
    public sealed record EndedSessions : Fact
    {
        /// <summary>Id of the cut-off. Its reinstatement undoes this, too, whatever the order in which the two arrive.</summary>
        public required Guid Of { get; init; }

        /// <summary>Its kind: subject, client or realm.</summary>
        public required TargetKind By { get; init; }

        public required string InRealm { get; init; }
        public required IReadOnlyList<string> Sessions { get; init; }

        public bool Equals(EndedSessions? other)
            => base.Equals(other) && Of == other.Of && By == other.By && InRealm == other.InRealm && Sessions.SequenceEqual(other.Sessions);

        public override int GetHashCode() => Id.GetHashCode();
    }
}
