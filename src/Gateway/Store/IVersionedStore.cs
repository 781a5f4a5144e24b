using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>
/// Values that must neither be lost nor come back once they were removed: second factors, and management keys. They change by
/// compare-and-set, so that of two changes at once one is made. Two implementations, one contract: a table on one machine;
/// Redis for a cluster, where each node keeps a replica on its disk, too, and gives back from it what Redis has lost.
/// </summary>
internal interface IVersionedStore
{
    /// <summary>The file of this machine that alone holds the values; null where machines share them.</summary>
    string? LocalFile { get; }

    /// <summary>Whether this machine has a replica, with anything in it.</summary>
    bool HasReplica { get; }

    /// <exception cref="StoreUnavailableException">What stands there is not known now.</exception>
    Task<VersionedValue> ReadAsync(Keyspace space, string key, CancellationToken cancellation);

    /// <summary>Sets a value, or removes it with null, if what stands there is still of the version that was read.</summary>
    /// <returns>False when it is not, or when the key was removed for good; nothing has changed.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be changed now. The outcome may be unknown.</exception>
    Task<bool> ReplaceAsync(Keyspace space, string key, VersionedValue present, string? value, CancellationToken cancellation);

    /// <summary>Lists every key that begins so, in ordinal order, with its value.</summary>
    /// <exception cref="StoreUnavailableException">What stands there is not known now.</exception>
    Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(Keyspace space, string prefix, CancellationToken cancellation);

    /// <summary>Takes into the replica what has changed in the cluster.</summary>
    /// <returns>Whether that is all that any node knows (rules R2 and R3); false while that is not sure.</returns>
    /// <exception cref="StoreUnavailableException">The cluster cannot be read now, or this machine's disk not be written.</exception>
    Task<bool> CatchUpAsync(Keyspace space, CancellationToken cancellation);

    /// <summary>Gives the cluster what the replica knows and it does not (rule R2).</summary>
    /// <returns>How many values were missing; -1 when the epoch is another one.</returns>
    /// <exception cref="StoreUnavailableException">The cluster cannot take it now.</exception>
    Task<int> RestoreAsync(string epoch, CancellationToken cancellation);
}
