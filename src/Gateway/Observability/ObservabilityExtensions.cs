using Gateway.Configuration;

namespace Gateway.Observability;

internal static class ObservabilityExtensions
{
    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder, ObservabilityOptions options)
    {
        builder.Services
            .AddSingleton<GatewayMetrics>()
            .AddSingleton<PrometheusText>()
            .AddOtlpExport(options)
            .AddHostedService<StartReport>();
        builder.AddQuietLogging();
        return builder;
    }

    public static WebApplication UseObservability(this WebApplication app)
    {
        app.Lifetime.ApplicationStarted.Register(() => Gauges.Observe(app.Services));
        // Listening begins before anything can be counted.
        app.Services.GetRequiredService<PrometheusText>();
        return app;
    }
}
