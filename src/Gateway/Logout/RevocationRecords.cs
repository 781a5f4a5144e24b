using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Logout;

/// <summary>
/// Tells what is recorded: one revocation, a page of them, and what stands of it now. It reads this node's own file, which holds
/// what the node enforces.
/// </summary>
internal sealed class RevocationRecords(FactTable facts, IMembership membership, LogFollower follower, Acknowledgements acknowledgements)
{
    /// <summary>Finds a revocation by its id, or by the id of the reinstatement that undoes it.</summary>
    /// <returns>Null where there is none, or none any more.</returns>
    public async Task<StoredFact?> FindAsync(Guid id, CancellationToken cancellation)
    {
        if (Known(id) is { } known) return known;
        // The file of this node follows what the node enforces by a moment.
        await membership.KeptAsync(follower.Applied, cancellation);
        return Known(id);
    }

    /// <summary>Finds the revocation that was recorded beside another, under the key that <see cref="CompanionKey"/> gives.</summary>
    public Fact.Revocation? CompanionOf(Guid id) => facts.Find(RevocationService.IdOf(CompanionKey(id)))?.Fact as Fact.Revocation;

    /// <summary>Makes the idempotency key of a revocation that belongs to another one.</summary>
    // No header can carry a line feed, so that no caller's key is one of these.
    public static string CompanionKey(Guid id) => $"also\n{id:N}";

    /// <summary>Lists revocations, newest first. Reinstatements are told with their revocation, not beside it.</summary>
    /// <param name="before">The <see cref="StoredFact.Sequence"/> at which the page before ended; null begins.</param>
    /// <returns>At most <paramref name="count"/>, and whether there are more.</returns>
    public (IReadOnlyList<StoredFact> Items, bool More) List(FactFilter filter, long? before, int count)
    {
        List<StoredFact> items = [];
        while (items.Count <= count && facts.List(filter, before, count + 1) is { Count: > 0 } page)
        {
            items.AddRange(page.Where(stored => stored.Fact is Fact.Revocation));
            before = page[^1].Sequence;
            if (page.Count <= count) break;
        }
        return ([.. items.Take(count)], items.Count > count);
    }

    /// <summary>Says how many nodes enforce it at this moment.</summary>
    public Enforced EnforcedNow(StoredFact stored) => acknowledgements.Now(stored.Position);

    private StoredFact? Known(Guid id) => facts.Find(id) switch
    {
        { Fact: Fact.Revocation } stored => stored,
        { Fact: Fact.Reinstatement { Of: var of } } when facts.Find(of) is { Fact: Fact.Revocation } undone => undone,
        _ => null,
    };
}
