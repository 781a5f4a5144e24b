namespace Gateway.Revocation;

internal sealed record RevocationOptions
{
    /// <summary>How long revocations are kept: never shorter than the longest session; default 30 days.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How far a provider's clock may be ahead of ours; added to cut-offs on the side that refuses; default 1 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(1);
}
