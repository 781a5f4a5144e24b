namespace Gateway.Realms;

/// <summary>What claim values permit.</summary>
internal sealed record PermissionsOptions
{
    public List<string> Claims { get; init; } = [];

    /// <summary>Claim value → permissions. A value that is not listed grants nothing.</summary>
    public Dictionary<string, List<string>> Grants { get; init; } = [];
}
