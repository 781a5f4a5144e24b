using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Dialects;
using Gateway.Enforcement;
using Gateway.Management;
using Gateway.Observability;
using Gateway.Reading;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;
using Gateway.TwoFactor;

namespace Gateway;

/// <summary>Puts the rooms together. Tests build the same host, with their own configuration and clock.</summary>
internal static class GatewayHost
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        customize?.Invoke(builder);
        builder
            .AddGatewayConfiguration()
            .AddObservability()
            .AddStore()
            .AddRevocation()
            .AddCluster()
            .AddRealms()
            .AddReading()
            .AddSessions()
            .AddTwoFactor()
            .AddDialects()
            .AddEnforcement()
            .AddManagement();

        WebApplication app = builder.Build();
        app.UseObservability();
        app.MapManagement();   // on its own port only
        app.MapDialects();     // answered here, before the proxy
        app.MapProxy();        // everything else
        return app;
    }
}
