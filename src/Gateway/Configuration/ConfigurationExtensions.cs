using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Configuration;

internal static class ConfigurationExtensions
{
    public static GatewayOptions AddGatewayConfiguration(this WebApplicationBuilder builder)
    {
        GatewayOptions options = new();
        builder.Configuration.GetSection("Gateway").Bind(options);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(options.Store)
            .AddSingleton(options.Cluster)
            .AddSingleton(options.Revocation)
            .AddSingleton(options.Sessions)
            .AddSingleton(options.Enforcement)
            .AddSingleton(options.Dialects)
            .AddSingleton(options.TwoFactor)
            .AddSingleton(options.Management)
            .AddSingleton(options.Observability)
            .AddSingleton<RoutePolicies>();
        builder.AddListeners(options.Management);
        return options;
    }
}
