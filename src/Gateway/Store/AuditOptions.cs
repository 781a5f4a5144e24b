namespace Gateway.Store;

/// <summary>How long the audit is kept.</summary>
internal sealed record AuditOptions
{
    /// <summary>How many entries; null: a million in a file, a hundred thousand in Redis.</summary>
    public int? Most { get; init; }

    /// <summary>How old they get.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(365);
}
