namespace Gateway.Store;

/// <summary>Who did what, when, and what came of it. Never a secret, a token or a code.</summary>
internal sealed record AuditEntry
{
    /// <summary>Number in the audit, growing; 0 until it is kept.</summary>
    public long Sequence { get; init; }

    /// <summary>Default: when it is recorded.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>A key's name, a subject, a dialect's caller; <c>anonymous</c> for a call that did not say.</summary>
    public required string Actor { get; init; }

    /// <summary>
    /// What was attempted, as <c>revoke</c>, <c>reinstate</c>, <c>two-factor enroll</c>, <c>key create</c>, or the call that was refused.
    /// </summary>
    public required string Action { get; init; }

    /// <summary>To what, as <c>session main/abc</c>.</summary>
    public string? Target { get; init; }

    /// <summary>One of <see cref="AuditOutcome"/>.</summary>
    public string Outcome { get; init; } = AuditOutcome.Done;

    /// <summary>Where the call came from.</summary>
    public string? Address { get; init; }
    public string? Detail { get; init; }

    /// <summary>The trace of the call, as in its answer and in the log.</summary>
    public string? Trace { get; init; }

    /// <summary>Ties it to all entries before it (<see cref="AuditChain"/>); null until it is kept, and for those of older
    /// versions.</summary>
    public string? Hash { get; init; }
}
