using System.Diagnostics;
using Gateway.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Observability;

/// <summary>Sends metrics and traces to <c>Observability:OtlpEndpoint</c> (OTLP over gRPC), where one is configured.</summary>
internal sealed class OtlpExport(ObservabilityOptions options) : IHostedService, IDisposable
{
    private MeterProvider? _metrics;
    private TracerProvider? _traces;

    public Task StartAsync(CancellationToken cancellation)
    {
        if (options.OtlpEndpoint is not { } endpoint) return Task.CompletedTask;
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService("gateway", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3));
        Uri address = new(endpoint);
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(GatewayMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Hosting", "System.Net.Http")
            .AddOtlpExporter(otlp => otlp.Endpoint = address).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "Yarp.ReverseProxy", "System.Net.Http")
            .AddProcessor<QueryRemoval>()
            .AddOtlpExporter(otlp => otlp.Endpoint = address).Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
        (_metrics, _traces) = (null, null);
    }

    /// <summary>A query may carry a token, so no trace carries a query.</summary>
    private sealed class QueryRemoval : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity activity)
        {
            activity.SetTag("url.query", null);
            foreach (string name in (string[])["url.full", "http.url", "http.target"])
                if (activity.GetTagItem(name) is string url && url.IndexOf('?') is >= 0 and var query) activity.SetTag(name, url[..query]);
        }
    }
}
