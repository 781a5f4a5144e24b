using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>What differs between a node that is alone with its log and a member of a cluster. The log follower tells it what it does;
/// who records a fact asks it what is still to be waited for.</summary>
internal interface IMembership
{
    /// <summary>At the latest so long after the last time the log is read, whether a bell rang or not (rule R12).</summary>
    TimeSpan ReadEvery { get; }

    /// <summary>A node that has not applied a fact of its own by then will not do so in time.</summary>
    TimeSpan AppliesWithin { get; }

    /// <summary>Whether an append that failed is worth repeating at once (rule R11).</summary>
    bool RepeatsAppends { get; }

    /// <summary>The newest version of a fact that every node reads (rule R17).</summary>
    int EveryNodeReads { get; }

    /// <summary>Puts into the index what this node knows before it reads the log.</summary>
    /// <returns>Up to where; null when it reads from the beginning.</returns>
    LogPosition? Load(RevocationIndex index);

    /// <summary>Learns of which epoch the log is: after the start, and when it is another than before. No page of it has been applied since
    /// then.</summary>
    Task EnterAsync(string epoch, CancellationToken cancellation);

    /// <summary>Learns that a page is applied, with everything that it ends sealed.</summary>
    /// <param name="news">False when it brought nothing new.</param>
    void Applied(LogPage page, bool news);

    /// <summary>Takes care that what was applied can be appended again (rule R14). Completes when there is room for more.</summary>
    ValueTask RememberAsync(LogPage page, CancellationToken cancellation);

    /// <summary>Learns that the log has been read to its end.</summary>
    /// <param name="first">For the first time since the start.</param>
    void CaughtUp(bool first);

    /// <summary>Completes when an entry that was appended here is on this node's disk.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be written now.</exception>
    Task KeepAsync(LogEntry entry, CancellationToken cancellation);

    /// <summary>Completes when what was applied up to a position is on this node's disk, or will not be soon.</summary>
    Task KeptAsync(LogPosition position, CancellationToken cancellation);
}
