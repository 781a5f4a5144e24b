using System.Text.Json.Nodes;
using Gateway.Cluster;
using Gateway.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>The whole gateway in this process.</summary>
internal sealed class InProcessGateway : TestedGateway
{
    private readonly TimeProvider? _time;
    private readonly Action<WebApplicationBuilder>? _customize;
    private readonly OpenConnections _connections = new();
    private WebApplication? _app;

    private InProcessGateway(JsonObject settings, TimeProvider? time, Action<WebApplicationBuilder>? customize,
        bool http2) : base(settings, http2)
    {
        _time = time;
        _customize = customize;
    }

    public LogCapture Log { get; private set; } = new();
    public IServiceProvider Services => (_app ?? throw new InvalidOperationException("The gateway is stopped.")).Services;

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public static async Task<InProcessGateway> StartAsync(JsonObject settings, TimeProvider? time = null,
        Action<WebApplicationBuilder>? customize = null, bool http2 = false)
    {
        InProcessGateway gateway = new(settings, time, customize, http2);
        try
        {
            await gateway.RestartAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the host and builds it again on the same folder and ports.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        Log = new LogCapture();
        string file = WriteSettings();
        WebApplication app = GatewayHost.Build([], builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Debug);
            if (_time is not null) builder.Services.Replace(ServiceDescriptor.Singleton(_time));
            _connections.Track(builder);
            _customize?.Invoke(builder);
        }, file);
        await app.StartAsync();
        _app = app;
        // The embedded log is read within moments; until then the node is stale, which is not what most tests are about.
        if (Get<StoreOptions>().Kind == StoreKind.Sqlite)
            await Eventually.TrueAsync(() => Get<LogFollower>().CaughtUp && Get<Lease>().IsUsable);
    }

    /// <summary>Stops it in order, as SIGTERM does.</summary>
    /// <param name="cut">Whether connections that are still open are cut first.</param>
    public async Task StopAsync(bool cut = true)
    {
        if (_app is null) return;
        WebApplication app = _app;
        _app = null;
        if (cut) _connections.Abort();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    protected override string Said => Log.Text;

    protected override async ValueTask EndAsync() => await StopAsync();
}
