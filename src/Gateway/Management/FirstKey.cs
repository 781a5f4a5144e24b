using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Management;

/// <summary>With no key anywhere the management API could not be used: the first start makes one and shows it once, on
/// the console and not in the log, which travels further. In a cluster that is once it is sure that there is none.</summary>
internal sealed partial class FirstKey(ManagementKeys keys, TimeProvider time, ILogger<FirstKey> logger) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    private bool _told;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await IsDoneAsync(cancellationToken)) await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Again, time);
        try
        {
            do await timer.WaitForNextTickAsync(stoppingToken);
            while (!await IsDoneAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    private async Task<bool> IsDoneAsync(CancellationToken cancellation)
    {
        try
        {
            if (await keys.AnyAsync(cancellation) || await keys.CreateAsync("first", cancellation) is not { } key) return true;
            await Console.Out.WriteLineAsync($"""

                The first management key was made; it is shown only this once, and only its hash is kept:

                    {key}

                Use it as 'Authorization: Bearer …'. 'key create NAME' makes more.

                """);
            return true;
        }
        catch (StoreUnavailableException error)
        {
            if (error is not UnsettledException && !_told) NoKey(logger, error.Message);
            _told |= error is not UnsettledException;
            return false;
        }
    }

    [LoggerMessage(
        EventId = 1600, Level = LogLevel.Warning,
        Message = "Whether there is a management key is not known, and none can be stored now: {Reason}")]
    private static partial void NoKey(ILogger logger, string reason);
}
