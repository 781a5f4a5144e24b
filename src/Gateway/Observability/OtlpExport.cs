using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Observability;

/// <summary>Sends metrics and traces to <c>Observability:OtlpEndpoint</c> (OTLP over gRPC). Without an endpoint nothing of it is
/// there: nobody listens to activities, so none is made, and the trace headers of a request go on as they came.</summary>
internal static class OtlpExport
{
    public static IServiceCollection AddOtlpExport(this IServiceCollection services, ObservabilityOptions options)
    {
        if (options.OtlpEndpoint is not { } endpoint) return services;
        Uri address = new(endpoint);
        services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource.AddService("gateway", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics
                .AddMeter("Gateway.*")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddOtlpExporter(otlp => otlp.Endpoint = address))
            .WithTracing(traces => traces
                .AddSource("Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddProcessor<QueryRemoval>()
                .AddOtlpExporter(otlp => otlp.Endpoint = address));
        return services;
    }
}
