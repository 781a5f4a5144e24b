using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>Keeps this node's replica of second factors and management keys, so that what Redis loses can be given back to it
/// (rule R2, <see cref="Repair"/>).</summary>
internal sealed class ValueFollower(IVersionedStore values, TimeProvider time) : Loop
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public override string Work => "following second factors and management keys";

    public override TimeSpan RoundTakesAtMost => TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            do
            {
                Beat();
                try
                {
                    foreach (Keyspace space in Keyspace.All) await values.CatchUpAsync(space, stoppingToken);
                }
                catch (StoreUnavailableException) { /* the store has said why; the next round will do */ }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }
}
