namespace Gateway.Observability;

internal static class ObservabilityExtensions
{
    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.AddQuietLogging();
        return builder;
    }

    public static WebApplication UseObservability(this WebApplication app) => app;
}
