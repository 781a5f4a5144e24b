namespace Gateway.Management;

internal sealed record ManagementKeyOptions
{
    public string Name { get; init; } = "";

    /// <summary>Hex of SHA-256 of the key.</summary>
    public string Sha256 { get; init; } = "";
}
