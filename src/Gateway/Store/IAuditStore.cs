using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>Where the audit is kept: the store file on one machine, Redis for all nodes of a cluster.</summary>
internal interface IAuditStore
{
    /// <summary>Keeps entries, in their order. Where the outcome is unknown they may be given again.</summary>
    /// <exception cref="StoreUnavailableException">They cannot be kept now.</exception>
    Task AddAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation);

    /// <summary>Lists them, newest first.</summary>
    /// <param name="before">Only entries with a smaller <see cref="AuditEntry.Sequence"/>; null for the first page.</param>
    /// <exception cref="StoreUnavailableException">They cannot be read now.</exception>
    ValueTask<IReadOnlyList<AuditEntry>> ListAsync(long? before, int count, CancellationToken cancellation);
}
