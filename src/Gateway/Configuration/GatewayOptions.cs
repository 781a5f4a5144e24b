using Gateway.Hosting;

namespace Gateway.Configuration;

/// <summary>The section <c>Gateway</c> of gateway.json; each property is a section called like the room that reads it.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Realms by name; names match <c>[A-Za-z0-9_-]+</c>.</summary>
    public Dictionary<string, RealmOptions> Realms { get; init; } = [];
    public StoreOptions Store { get; init; } = new();
    public ClusterOptions Cluster { get; init; } = new();
    public RevocationOptions Revocation { get; init; } = new();
    public SessionsOptions Sessions { get; init; } = new();
    public EnforcementOptions Enforcement { get; init; } = new();
    public DialectsOptions Dialects { get; init; } = new();
    public TwoFactorOptions TwoFactor { get; init; } = new();
    public ManagementOptions Management { get; init; } = new();
    public StoppingOptions Stopping { get; init; } = new();
    public ObservabilityOptions Observability { get; init; } = new();
}
