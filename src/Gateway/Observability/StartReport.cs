using Gateway.Configuration;
using Gateway.Realms;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Observability;

/// <summary>One log entry at the start that fits a screen: what is configured, where it listens, what is not as it should be.</summary>
internal sealed partial class StartReport(
    GatewayOptions options, ConfigurationReading reading, RealmSet realms, IServer server, IEnumerable<IProxyConfigProvider> routes, IHostApplicationLifetime lifetime, ILogger<StartReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellation)
    {
        lifetime.ApplicationStarted.Register(() => Started(logger, ConfigurationSummary.Write(options, reading, routes.SelectMany(provider => provider.GetConfig().Routes), Addresses(), Troubles())));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    private ICollection<string> Addresses() => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    private string[] Troubles() =>
    [
        .. realms.States().Where(state => state.NotReady is not null).Select(state => $"Realm {state.Realm} is not ready: {state.NotReady}"),
        .. ConfigurationSummary.Warnings(options),
    ];

    [LoggerMessage(Level = LogLevel.Information, Message = "The gateway runs\n{Report}")]
    private static partial void Started(ILogger logger, string report);
}
