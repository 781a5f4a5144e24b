using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Dialects;
using Gateway.Enforcement;
using Gateway.Hosting;
using Gateway.Http;
using Gateway.Management;
using Gateway.Observability;
using Gateway.Credentials;
using Gateway.Logout;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;
using Gateway.TwoFactor;

namespace Gateway;

/// <summary>Puts the rooms together. Tests build the same host, with their own configuration and clock.</summary>
internal static class GatewayHost
{
    /// <param name="args">Settings of the command line.</param>
    /// <param name="customize">Runs before the configuration is read: tests add settings, a clock and fakes here.</param>
    /// <param name="configurationFile">Null reads no file.</param>
    /// <exception cref="InvalidConfigurationException">With every error at once.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? customize = null, string? configurationFile = null)
    {
        WebApplicationBuilder builder = ConfigurationSources.CreateBuilder(args, configurationFile);
        customize?.Invoke(builder);
        GatewayOptions options = GatewayOptions.AddTo(builder);
        builder
            .AddListeners(options.Management.Url)
            .AddHosting(options.Stopping)
            .AddObservability(options.Observability)
            .AddStore(options.Store, options.Cluster.Lease)
            .AddRevocation()
            .AddCluster(options.Store)
            .AddLogout()
            .AddHttp()
            .AddRealms(options.Enforcement.TokenCache)
            .AddCredentials(options.Enforcement.TrustedProxies)
            .AddSessions()
            .AddTwoFactor()
            .AddDialects()
            .AddEnforcement(options.Observability, options.Cors)
            .AddManagement();

        WebApplication app = builder.Build();
        app.UseThrownRefusals();
        app.UseObservability();
        app.UseUploadPace();
        app.UseManagement();     // on its own listener, and nothing else there
        app.UseHygiene();        // host, method and headers
        app.UseRouting();        // by what is left of them
        app.UseCorsPolicies();   // of the route; on refusals too
        app.UsePathReadings();   // one route, whoever reads the path
        app.UseRequestTimeouts();
        app.MapDialects();       // answered here, before the proxy
        app.MapProxy();          // everything else
        return app;
    }
}
