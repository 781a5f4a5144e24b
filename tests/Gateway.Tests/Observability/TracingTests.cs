using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Gateway.Tests.Observability;

[Collection(OtlpTests.Listening)]
public sealed class TracingTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c", ClientSpan = "b7ad6b7169203331";
    private static readonly string[] TraceHeaders = ["traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context"];

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7",
        "userId=alice,serverNode=DF%2028;ttl=5")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "a=1 , b=2,,c=3", "key=value with spaces ; p , other=\"x\"")]
    [InlineData("cc-nobody-knows-this-form", "=", ";;")]
    public async Task Without_a_collector_trace_headers_pass_byte_for_byte(string parent, string state, string baggage)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend));
        using HttpRequestMessage request = new(HttpMethod.Get, "/");
        foreach ((string name, string value) in TraceHeaders.Zip([parent, state, baggage, "|1.2.", "a=b"]))
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));

        await gateway.Client.SendAsync(request);

        RecordedRequest received = Assert.Single(backend.Requests);
        Assert.Equal([parent, state, baggage, "|1.2.", "a=b"], TraceHeaders.Select(name => received[name]));
    }

    [Fact]
    public async Task Without_a_collector_no_trace_header_is_invented_and_no_activity_is_made()
    {
        ConcurrentQueue<Activity?> seen = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend).Set("Logging:LogLevel:Default", "Trace")
                .Set("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            customize: builder => builder.Services.AddSingleton<IStartupFilter>(new Look(() => seen.Enqueue(Activity.Current))));

        await gateway.GetAsync("/");
        await gateway.Management.GetAsync("/healthz");

        RecordedRequest received = Assert.Single(backend.Requests);
        Assert.All(TraceHeaders, name => Assert.Null(received[name]));
        Assert.Equal([null, null], seen);
    }

    [Fact]
    public async Task With_a_collector_the_gateways_span_is_a_child_of_the_clients_and_the_parent_of_the_backends()
    {
        ConcurrentQueue<Activity> ended = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend).Set("Gateway:Observability:OtlpEndpoint", "http://127.0.0.1:9"),
            customize: builder => builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(new Ended(ended))));
        // A client of this process would be traced too, and stand between.
        await SendAsync(gateway,
            $"GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: 00-{TraceId}-{ClientSpan}-01\r\ntracestate: "
                + "congo=t61rcWkgMzE\r\nbaggage: userId=alice\r\n\r\n");

        RecordedRequest received = Assert.Single(backend.Requests);
        Activity[] ours = [];
        await Eventually.TrueAsync(() => (ours = [.. ended.Where(span => span.TraceId.ToHexString() == TraceId)])
            .Any(span => span.ParentSpanId.ToHexString() == ClientSpan));
        Activity served = Assert.Single(ours, span => span.ParentSpanId.ToHexString() == ClientSpan);
        Assert.Equal(ActivityKind.Server, served.Kind);
        Activity forwarded = Assert.Single(ours, span => span.Kind == ActivityKind.Client);
        Assert.Equal(forwarded.Id, received["traceparent"]);
        Assert.Contains(served.SpanId, Ancestors(forwarded, ours));
        Assert.Equal("congo=t61rcWkgMzE", received["tracestate"]);
        Assert.Equal("userId=alice", received["baggage"]?.Replace(" ", "", StringComparison.Ordinal));
    }

    private static async Task SendAsync(InProcessGateway gateway, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(gateway.Url).Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        await new StreamReader(stream).ReadToEndAsync();
    }

    private static IEnumerable<ActivitySpanId> Ancestors(Activity span, Activity[] all)
    {
        for (Activity? at = span; at is not null; at = all.SingleOrDefault(other => other.SpanId == at.ParentSpanId))
            yield return at.ParentSpanId;
    }

    private sealed class Ended(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Enqueue(data);
    }

    private sealed class Look(Action look) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                look();
                return rest(context);
            });
            next(app);
        };
    }
}
