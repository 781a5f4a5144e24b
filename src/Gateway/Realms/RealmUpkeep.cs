using Gateway.Hosting;

namespace Gateway.Realms;

/// <summary>
/// Keeps the realms ready in the background: fetches keys, watches key files. A provider that is away does not stop the start.
/// </summary>
internal sealed class RealmUpkeep(RealmSet realms) : Loop
{
    public override string Work => "keeping the realms' keys fresh";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(realms.All.Select(realm => realm.Tokens.UpkeepAsync(stoppingToken)));
            await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);   // nothing of these realms changes
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { /* the host stops */ }
    }
}
