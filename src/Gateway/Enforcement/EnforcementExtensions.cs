using Gateway.Configuration;

namespace Gateway.Enforcement;

internal static class EnforcementExtensions
{
    public static WebApplicationBuilder AddEnforcement(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LiveConnections>();
        builder.Services.AddProxy(builder.Configuration);
        return builder;
    }

    public static WebApplication MapProxy(this WebApplication app)
    {
        app.MapReverseProxy();
        return app;
    }
}
