using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Who has applied the log up to where, and the wait for everyone.</summary>
internal sealed class Acknowledgements(ClusterWatch watch, Lease lease, TimeProvider time)
{
    /// <summary>The epoch of the log as this node saw it last.</summary>
    public string Epoch => watch.Read((view, _) => view.Epoch);

    /// <summary>Waits until every node of the append enforces it, or the epoch has ended, or the time has passed.</summary>
    public async Task<Enforced> EverywhereAsync(Settlement settlement, TimeSpan within, CancellationToken cancellation)
    {
        SettlementWait wait = new(settlement);
        watch.Await(wait);
        try { return await wait.Done.WaitAsync(within, time, cancellation); }
        catch (TimeoutException) { return Judge(settlement); }
        finally { watch.Forget(wait); }
    }

    /// <summary>Begins to wait for a fact: for whoever may hold a lease now.</summary>
    public Settlement Begin(Appended appended) => watch.Read((view, _) => 
        new Settlement(view, appended.Position, appended.Answered, appended.IsProven));

    public bool IsVoid(Settlement settlement) => watch.Read((view, _) => settlement.IsVoid(view));

    public Enforced Judge(Settlement settlement) => watch.Read((view, now) => settlement.Judge(view, now));

    /// <summary>Gives the figure of now, without waiting: of the nodes that hold a lease now, those that have applied it.</summary>
    public Enforced Now(LogPosition position) => watch.Read((view, now) =>
    {
        IReadOnlyList<string> holders = view.Holders(now);
        int nodes = holders.Count(node => view.HasApplied(node, position));
        // Rules R3 and R16, as a settlement judges: a usable lease is the proof that this is the master.
        bool doubtful = !view.IsSettled(now) || view.MayHaveTwoMasters || (view.NeedsProof && !lease.IsUsable);
        return new Enforced(nodes, holders.Count + (nodes == holders.Count && doubtful ? 1 : 0), TimeSpan.Zero);
    });
}
