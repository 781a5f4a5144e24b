using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Observability;

/// <summary>Whoever listens to activities hears those of the whole process, so these tests run one after another.</summary>
[Collection(Listening)]
public sealed class OtlpTests
{
    public const string Listening = "listens to activities";

    [Fact]
    public async Task Metrics_and_traces_reach_the_collector_without_a_query()
    {
        ConcurrentQueue<(string Path, string Body)> received = new();
        int port = FreePort.Take();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen => listen.Protocols = HttpProtocols.Http2));
        await using WebApplication collector = builder.Build();
        collector.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", "0");
            await context.Response.Body.WriteAsync(new byte[5]);
        });
        await collector.StartAsync();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend).Set("Gateway:Observability:OtlpEndpoint", $"http://127.0.0.1:{port}"));

        await gateway.GetAsync("/page?access_token=very-secret-token");
        await gateway.GetAsync("/page?very-secret-token-alone");
        await gateway.StopAsync();

        await Eventually.TrueAsync(() => received.Any(call => call.Path.EndsWith("MetricsService/Export", StringComparison.Ordinal))
            && received.Any(call => call.Path.EndsWith("TraceService/Export", StringComparison.Ordinal)));
        Assert.Contains(received, call => call.Body.Contains("gateway.requests.forwarded", StringComparison.Ordinal));
        Assert.DoesNotContain(received, call => call.Body.Contains("very-secret-token", StringComparison.Ordinal));
    }
}
