using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Dialects;
using Gateway.Enforcement;
using Gateway.Hosting;
using Gateway.Http;
using Gateway.Logout;
using Gateway.Management;
using Gateway.Observability;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;
using Gateway.TwoFactor;

namespace Gateway;

/// <summary>The section <c>Gateway</c> of gateway.json, and who checks the file. Each property is a section, called like the room
/// that reads it.</summary>
internal sealed record GatewayOptions
{
    private static readonly IConfigurationValidator[] Validators =
    [
        new RealmsValidator(), new CredentialsValidator(), new StoreValidator(), new ClusterValidator(), new RevocationValidator(),
        new LimitsValidator(), new SessionsValidator(),
        new EnforcementValidator(), new DialectsValidator(), new TwoFactorValidator(), new ManagementValidator(), new StoppingValidator(),
        new ObservabilityValidator(),
        new CorsValidator(), new ListenersValidator(), new ProxyValidator(), new LoggingValidator(),
    ];

    public RealmsOptions Realms { get; init; } = [];
    public StoreOptions Store { get; init; } = new();
    public ClusterOptions Cluster { get; init; } = new();
    public RevocationOptions Revocation { get; init; } = new();
    public LimitsOptions Limits { get; init; } = new();
    public SessionsOptions Sessions { get; init; } = new();
    public EnforcementOptions Enforcement { get; init; } = new();
    public CorsPoliciesOptions Cors { get; init; } = [];
    public DialectsOptions Dialects { get; init; } = new();
    public TwoFactorOptions TwoFactor { get; init; } = new();
    public ManagementOptions Management { get; init; } = new();
    public StoppingOptions Stopping { get; init; } = new();
    public ObservabilityOptions Observability { get; init; } = new();

    /// <summary>Reads and checks the configuration.</summary>
    /// <exception cref="InvalidConfigurationException">With every error at once.</exception>
    public static GatewayOptions AddTo(WebApplicationBuilder builder) => builder.AddConfiguration<GatewayOptions>(Validators);
}
