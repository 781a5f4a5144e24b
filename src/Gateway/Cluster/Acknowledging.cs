using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Tells the cluster, each time at once, up to where this node has applied the log (rule R5).</summary>
internal sealed class Acknowledging(IClusterLog log, ClusterWatch watch, Node node, Doorbells bells) : Loop
{
    public override string Work => "acknowledging what of the log is applied";

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        LogPosition sent = LogPosition.Start;
        try
        {
            while (true)
            {
                await bells.Applied.WaitAsync(Timeout.InfiniteTimeSpan, stopping);
                LogPosition applied = watch.AppliedHere;
                if (applied == sent || applied.Epoch.Length == 0) continue;
                try
                {
                    await log.AcknowledgeAsync(node.Id, applied, stopping);
                    sent = applied;
                }
                catch (StoreUnavailableException) { /* the next renewal carries it */ }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
