namespace Gateway.Store;

/// <summary>Names one kind of values in an <see cref="IVersionedStore"/>.</summary>
/// <param name="RemovedForGood">Whether a key that was removed never gets a value again.</param>
internal sealed record Keyspace(string Name, bool RemovedForGood)
{
    /// <summary>What users have enrolled, and the keys that encrypt it.</summary>
    public static readonly Keyspace SecondFactors = new("second-factors", RemovedForGood: false);

    /// <summary>Hashes of management keys by name.</summary>
    public static readonly Keyspace ManagementKeys = new("management-keys", RemovedForGood: true);

    /// <summary>The key that ties renewed cookies to their sign-in.</summary>
    public static readonly Keyspace Lineage = new("lineage", RemovedForGood: false);

    public static readonly IReadOnlyList<Keyspace> All = [SecondFactors, ManagementKeys, Lineage];
}
