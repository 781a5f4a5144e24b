namespace Gateway.Revocation;

/// <summary>What a log that several nodes share has beside: leases, acknowledgements, repair, trimming and the doorbells.</summary>
internal interface IClusterLog : IRevocationLog
{
    /// <summary>Grants or renews (rules R1 to R4) a lease, or announces a node. The grant is not yet taken in.</summary>
    /// <returns>The state with the head that comes with the lease, and this node's clock before it asked.</returns>
    /// <exception cref="StoreUnavailableException">No answer within the limit; the outcome is unknown.</exception>
    Task<(ClusterState State, long Asked)> RenewAsync(Renewal renewal, TimeSpan limit, CancellationToken cancellation);

    /// <summary>Counts (rule R16) the replicas of the log's server that have all that it had when it was asked.</summary>
    /// <param name="wanted">So many are enough.</param>
    /// <param name="atMost">So long it waits for them.</param>
    /// <exception cref="StoreUnavailableException">No answer within the limit.</exception>
    Task<int> FollowersAsync(string epoch, int wanted, TimeSpan atMost, CancellationToken cancellation);

    /// <summary>Acknowledges (rule R5) that this node has applied the log up to a position.</summary>
    /// <exception cref="StoreUnavailableException">The outcome is unknown.</exception>
    Task AcknowledgeAsync(string node, LogPosition applied, CancellationToken cancellation);

    /// <summary>Takes (rules R4 and R11) a node off the list, with a serial only if it has not renewed since.</summary>
    /// <exception cref="StoreUnavailableException">The outcome is unknown.</exception>
    Task RemoveAsync(string node, long? serial, CancellationToken cancellation);

    /// <summary>Tells (rule R2) which of these the log does not hold, and its epoch.</summary>
    /// <exception cref="StoreUnavailableException">The log cannot be read now.</exception>
    Task<(string Epoch, IReadOnlyList<Fact> Missing)> MissingAsync(IReadOnlyList<Fact> facts, CancellationToken cancellation);

    /// <summary>Appends again (rule R2) what an earlier epoch held, with its own time and expiry.</summary>
    /// <returns>The epoch that has them now.</returns>
    /// <exception cref="StoreUnavailableException">The outcome is unknown; a repeat is safe.</exception>
    Task<string> RestoreAsync(IReadOnlyList<Fact> facts, CancellationToken cancellation);

    /// <summary>Removes (rule R10) what has expired from one page.</summary>
    /// <param name="front">The next page of what is so old that it may have expired; else the next of all, whatever its age.</param>
    /// <param name="apart">So long no other node does it.</param>
    /// <exception cref="StoreUnavailableException">The outcome is unknown; the next time will do.</exception>
    Task<Trimmed> TrimAsync(int page, bool front, TimeSpan apart, CancellationToken cancellation);

    /// <summary>Says what is to be done when a doorbell rings, on whatever thread hears it: do little, and nothing that blocks.</summary>
    /// <param name="more">There may be more in the log.</param>
    /// <param name="acknowledged">Some node may have applied more of it (rule R15: who and up to where, <see cref="LookAsync"/>
    /// says).</param>
    void Hear(Action more, Action acknowledged);

    /// <summary>Takes in what the log itself says of the nodes and of how far each has applied it (rule R15).</summary>
    /// <exception cref="StoreUnavailableException">The log cannot be read now.</exception>
    Task LookAsync(CancellationToken cancellation);

    /// <summary>Hears (rule R12): a half-open subscription is silent, so it is asked for a sign of life; connects where it must.</summary>
    /// <exception cref="StoreUnavailableException">There is none within the limit: rings may have been missed.</exception>
    Task HearsAsync(TimeSpan limit, CancellationToken cancellation);
}
