using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>How many nodes enforce a fact (rule R8): <paramref name="Of"/> held a lease at the append,
/// <paramref name="Nodes"/> have acknowledged it or are provably fenced.</summary>
internal readonly record struct Enforced(int Nodes, int Of, TimeSpan Elapsed)
{
    public bool Everywhere => Nodes == Of;

    /// <summary>How many replicas of Redis had it when it was appended; null where none were asked for (<c>Store:Replicas</c>).</summary>
    public int? Replicas { get; init; }
}

/// <summary>Who has applied the log up to where, and the wait for everyone. With the embedded log, this node is everyone.</summary>
internal sealed class Acknowledgements : IDisposable
{
    private readonly ClusterWatch _watch;
    private readonly bool _alone;
    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiters = [];

    private sealed record Waiter(Settlement Settlement, TaskCompletionSource<Enforced> Done);

    public Acknowledgements(ClusterWatch watch, StoreOptions store)
    {
        _watch = watch;
        _alone = store.Kind == StoreKind.Sqlite;
        _watch.Changed += Judge;
    }

    public void Dispose() => _watch.Changed -= Judge;

    /// <summary>Waits until every node of the append enforces it, or the epoch has ended, or the time has passed.</summary>
    public async Task<Enforced> Everywhere(Settlement settlement, TimeSpan within, TimeProvider time, CancellationToken cancellation)
    {
        Waiter waiter = new(settlement, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock) _waiters.Add(waiter);
        try
        {
            Judge();
            return await waiter.Done.Task.WaitAsync(within, time, cancellation);
        }
        catch (TimeoutException)
        {
            return Judge(settlement);
        }
        finally
        {
            lock (_lock) _waiters.Remove(waiter);
        }
    }

    /// <summary>Begins to wait for a fact: for whoever may hold a lease now.</summary>
    public Settlement Begin(Appended appended) => _watch.Read((view, _) => new Settlement(view, appended.Position, appended.Answered));

    public bool IsVoid(Settlement settlement) => _watch.Read((view, _) => settlement.IsVoid(view));

    public Enforced Judge(Settlement settlement) => _watch.Read((view, now) => settlement.Judge(view, now));

    /// <summary>The figure of now, without waiting: of the nodes that hold a lease now, those that have applied it.</summary>
    public Enforced Now(LogPosition position)
    {
        if (_alone) return new(1, 1, TimeSpan.Zero);
        return _watch.Read((view, now) =>
        {
            IReadOnlyList<string> holders = view.Holders(now);
            int nodes = holders.Count(node => view.HasApplied(node, position));
            return new Enforced(nodes, holders.Count + (nodes == holders.Count && !view.IsSettled(now) ? 1 : 0), TimeSpan.Zero);
        });
    }

    private void Judge()
    {
        if (_alone) return;
        lock (_lock)
        {
            if (_waiters.Count == 0) return;
            _watch.Read((view, now) =>
            {
                foreach (Waiter waiter in _waiters)
                {
                    if (waiter.Done.Task.IsCompleted) continue;
                    Enforced enforced = waiter.Settlement.Judge(view, now);
                    if (enforced.Everywhere || waiter.Settlement.IsVoid(view)) waiter.Done.TrySetResult(enforced);
                }
                return true;
            });
        }
    }
}
