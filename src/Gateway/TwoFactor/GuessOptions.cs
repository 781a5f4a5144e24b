namespace Gateway.TwoFactor;

/// <summary>Says how many wrong codes are borne, over the whole cluster, before right ones are refused too.</summary>
internal sealed record GuessOptions
{
    public int PerUser { get; init; } = 20;

    /// <summary>Of all users together; higher, because many may share an address.</summary>
    public int PerAddress { get; init; } = 100;
    public TimeSpan Within { get; init; } = TimeSpan.FromHours(1);
}
