using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>What undid a revocation.</summary>
internal sealed record ReinstatementAnswer
{
    public required Guid Id { get; init; }

    /// <summary>Id of the revocation that it undoes.</summary>
    public required Guid Revocation { get; init; }
    public long? Position { get; init; }
    public string? Epoch { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public required string Actor { get; init; }
    public string? Reason { get; init; }
    public EnforcedAnswer? Enforced { get; init; }

    public static ReinstatementAnswer Of(Fact.Reinstatement reinstatement, LogPosition? position = null, Enforced? enforced = null) => new()
    {
        Id = reinstatement.Id,
        Revocation = reinstatement.Of,
        Position = position?.Number,
        Epoch = position?.Epoch,
        At = reinstatement.At,
        Expires = reinstatement.Expires,
        Actor = reinstatement.Actor,
        Reason = reinstatement.Reason,
        Enforced = enforced is { } e ? EnforcedAnswer.From(e) : null,
    };
}
