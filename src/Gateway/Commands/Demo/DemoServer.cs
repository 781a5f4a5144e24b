using System.Net;

namespace Gateway.Commands.Demo;

/// <summary>Starts the demo's two small servers alike: one port, nothing from the environment, silent but for errors.</summary>
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
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Error);
        return builder.Build();
    }

    /// <summary>Stops without waiting for open sockets.</summary>
    public static async Task StopNow(this WebApplication app)
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        try { await app.StopAsync(now.Token); }
        catch (OperationCanceledException) { /* what is open is cut */ }
        await app.DisposeAsync();
    }
}
