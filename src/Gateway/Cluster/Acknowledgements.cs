using Gateway.Store;

namespace Gateway.Cluster;

/// <summary>How many nodes enforce a fact (rule R8): <paramref name="Of"/> held a lease at the append,
/// <paramref name="Nodes"/> have acknowledged it or are provably fenced.</summary>
internal readonly record struct Enforced(int Nodes, int Of, TimeSpan Elapsed)
{
    public bool Everywhere => Nodes == Of;
}

/// <summary>Who has applied the log up to where, and the wait for everyone. With the embedded log, this node is everyone.</summary>
internal sealed class Acknowledgements(TimeProvider time)
{
    /// <summary>Waits until every node of the append enforces it, or <c>Cluster:AnswerWithin</c> has passed.</summary>
    /// <param name="appendedAt">Monotonic timestamp taken before the append was sent.</param>
    public ValueTask<Enforced> Everywhere(Appended appended, long appendedAt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new Enforced(appended.Nodes.Count, appended.Nodes.Count, time.GetElapsedTime(appendedAt)));
    }

    /// <summary>The figure of now, without waiting.</summary>
    public Enforced Now(LogPosition position) => new(1, 1, TimeSpan.Zero);
}
