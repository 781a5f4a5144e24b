using Gateway.Realms;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gateway.Management;

/// <summary>One log entry at the start that fits a screen: what is configured, where it listens, what is not as it should be.
/// Requests are served meanwhile; the entry waits a little for providers, so that it tells how their realms stand.</summary>
internal sealed partial class StartReport(
    ConfigurationSummary summary, RealmSet realms, IServer server, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<StartReport> logger) : IHostedService
{
    // Twice: after the first it says what it waits for, after the second it waits no more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private Task _report = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellation)
    {
        lifetime.ApplicationStarted.Register(() => _report = ReportAsync());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation) => _report;

    private async Task ReportAsync()
    {
        if (!await TriedAsync())
        {
            Waits(logger, string.Join(", ", realms.All.Where(realm => !realm.Tokens.Tried.IsCompleted).Select(realm => realm.Name)));
            await TriedAsync();
        }
        Started(logger, summary.Write(Addresses(), Troubles()));
    }

    // Whether every realm has tried to become ready; a gateway that stops waits for none.
    private async Task<bool> TriedAsync()
    {
        Task tried = Task.WhenAll(realms.All.Select(realm => realm.Tokens.Tried));
        if (!tried.IsCompleted)
            await tried.WaitAsync(Patience, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return tried.IsCompleted;
    }

    private ICollection<string> Addresses() => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    private string[] Troubles() =>
    [
        .. realms.States().Where(state => state.NotReady is not null)
            .Select(state => $"Realm {state.Realm} is not ready: {state.NotReady}"),
        .. summary.Warnings(),
    ];

    [LoggerMessage(EventId = 1601, Level = LogLevel.Information, Message = "The gateway runs\n{Report}")]
    private static partial void Started(ILogger logger, string report);

    [LoggerMessage(EventId = 1602, Level = LogLevel.Information, Message = "The gateway runs and waits for the keys of {Realms}")]
    private static partial void Waits(ILogger logger, string realms);
}
