namespace Gateway.Cluster;

/// <summary>Somebody who waits until a fact is enforced everywhere, or cannot be any more in its epoch.</summary>
internal sealed class SettlementWait(Settlement settlement)
{
    private readonly TaskCompletionSource<Enforced> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Enforced> Done => _done.Task;

    public void Judge(ClusterView view, long now)
    {
        if (_done.Task.IsCompleted) return;
        Enforced enforced = settlement.Judge(view, now);
        if (enforced.Everywhere || settlement.IsVoid(view) || settlement.IsHopeless(view, enforced)) _done.TrySetResult(enforced);
    }
}
