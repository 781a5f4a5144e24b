namespace Gateway.Observability;

internal static class ObservabilityExtensions
{
    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder, ObservabilityOptions options)
    {
        builder.Services
            .AddSingleton<PrometheusText>()
            .AddOtlpExport(options);
        builder.AddQuietLogging();
        return builder;
    }

    public static WebApplication UseObservability(this WebApplication app)
    {
        // Listening begins before anything can be counted.
        app.Services.GetRequiredService<PrometheusText>();
        return app;
    }
}
