using Gateway.Hosting;

namespace Gateway.Store;

/// <summary>Gives the audit to the store once a second, and once more at the end.</summary>
internal sealed class AuditWriter(AuditLog audit, TimeProvider time) : Loop
{
    public override string Work => "writing the audit to the store";

    public override TimeSpan RoundTakesAtMost => TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Beat();
                await audit.FlushAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try { await audit.FlushAsync(cancellationToken); }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { /* no time is left */ }
    }
}
