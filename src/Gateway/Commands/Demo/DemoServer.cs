using System.Net;

namespace Gateway.Commands.Demo;

/// <summary>Starts the demo's two small servers alike: one port, nothing from the environment, silent.</summary>
internal static class DemoServer
{
    public static WebApplication Create(IPAddress address, int port, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, port);
        });
        builder.Services.AddRoutingCore().AddSingleton(time).AddHttpClient();
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Critical);
        return builder.Build();
    }

    /// <summary>Stops in order; what is still open after a while is cut.</summary>
    public static async Task StopSoonAsync(this WebApplication app, TimeSpan limit)
    {
        using CancellationTokenSource cut = new(limit);
        try { await app.StopAsync(cut.Token); }
        catch (Exception late) when (late is OperationCanceledException or AggregateException && cut.IsCancellationRequested) { /* cut */ }
        await app.DisposeAsync();
    }
}
