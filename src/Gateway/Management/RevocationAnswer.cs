using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>A revocation as it is told.</summary>
internal sealed record RevocationAnswer
{
    public required Guid Id { get; init; }

    /// <summary>Number of the fact in its epoch of the log.</summary>
    public required long Position { get; init; }
    public required string Epoch { get; init; }
    public required TargetAnswer Target { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public required string Actor { get; init; }
    public string? Reason { get; init; }

    /// <summary>Who enforces it now; absent in lists.</summary>
    public EnforcedAnswer? Enforced { get; init; }

    /// <summary>What whoever revokes should know; absent where there is nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The reinstatement that undid it; absent while it acts.</summary>
    public ReinstatementAnswer? Reinstated { get; init; }

    public static RevocationAnswer Of(Fact.Revocation revocation, LogPosition position, Enforced? enforced = null,
        ReinstatementAnswer? reinstated = null) => new()
    {
        Id = revocation.Id,
        Position = position.Number,
        Epoch = position.Epoch,
        Target = TargetAnswer.Of(revocation.Target, revocation.At),
        At = revocation.At,
        Expires = revocation.Expires,
        Actor = revocation.Actor,
        Reason = revocation.Reason,
        Enforced = enforced is { } e ? EnforcedAnswer.From(e) : null,
        Reinstated = reinstated,
    };

    public static RevocationAnswer Of(StoredFact stored, Enforced? enforced = null) => Of(
        (Fact.Revocation)stored.Fact, stored.Position, enforced,
        stored.Undone is { } undone ? ReinstatementAnswer.Of(undone) : null);
}
