using Gateway.Hosting;
using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Looks into the log's own list of nodes when a bell says that one has applied more (rule R15): what a channel carries is
/// not believed. One look at a time, and only while somebody waits for it; whoever rings for nothing soon rings in vain.</summary>
internal sealed class AcknowledgementReading(IClusterLog log, ClusterWatch watch, Doorbells bells, TimeProvider time) : Loop
{
    // So many looks in a row that find nothing new are a node that lags, or somebody who rings for fun.
    private const int InVain = 16;
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(10);

    public override string Work => "reading who has applied what of the log";

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        int inVain = 0;
        try
        {
            while (true)
            {
                await bells.Acknowledged.WaitAsync(Timeout.InfiniteTimeSpan, stopping);
                if (!watch.IsAwaited) continue;
                long? before = Version();
                try { await log.LookAsync(stopping); }
                catch (StoreUnavailableException) { /* the next renewal brings the list */ }
                inVain = Version() == before ? inVain + 1 : 0;
                if (inVain >= InVain) await Task.Delay(Apart, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private long? Version() => watch.Read((view, _) => view.Latest?.Version);
}
