using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>With no key anywhere the management API could not be used: the first start makes one and shows it once, on
/// the console and not in the log, which travels further.</summary>
internal sealed partial class FirstKey(ManagementKeys keys, ILogger<FirstKey> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            if (await keys.Any(cancellation) || await keys.Create("first", cancellation) is not { } key) return;
            await Console.Out.WriteLineAsync($"""

                The first management key was made; it is shown only this once, and only its hash is kept:

                    {key}

                Use it as 'Authorization: Bearer …'. 'key create NAME' makes more.

                """);
        }
        catch (StoreUnavailableException error)
        {
            NoKey(logger, error.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    [LoggerMessage(EventId = 1600, Level = LogLevel.Warning, Message = "There is no management key, and none can be stored: {Reason}")]
    private static partial void NoKey(ILogger logger, string reason);
}
