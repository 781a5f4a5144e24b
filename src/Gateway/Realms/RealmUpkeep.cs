namespace Gateway.Realms;

/// <summary>Keeps the realms ready in the background: fetches keys, watches key files. A provider that is away does not stop the start.</summary>
internal sealed class RealmUpkeep(RealmSet realms) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try { await Task.WhenAll(realms.All.Select(realm => realm.Tokens.Upkeep(stoppingToken))); }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { /* the host stops */ }
    }
}
