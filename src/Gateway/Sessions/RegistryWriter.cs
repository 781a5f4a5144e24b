using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Sessions;

/// <summary>Gives what the registry noted to the store, every <c>Sessions:FlushEvery</c> and once more at the end; forgets
/// once a minute what is no longer kept.</summary>
internal sealed class RegistryWriter(SessionRegistry registry, ISessionStore store, SessionsOptions options, TimeProvider time) : Loop
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(1);

    public override string Work => "writing the sessions that were seen to the store";

    public override TimeSpan RoundTakesAtMost => options.FlushEvery + TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(options.FlushEvery, time);
        long forgot = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Beat();
                await registry.FlushAsync(stopping);
                if (time.GetElapsedTime(forgot) < ForgetEvery) continue;
                forgot = time.GetTimestamp();
                try { await store.ForgetAsync(time.GetUtcNow(), stopping); }
                catch (StoreUnavailableException) { /* the next minute will do */ }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try { await registry.FlushAsync(cancellationToken); }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { /* no time is left */ }
    }
}
