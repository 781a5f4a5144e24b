namespace Gateway.Store;

/// <summary>What stands at a key.</summary>
/// <param name="Version">Grows with each change, and with time: of two that cannot both be, the later one counts. 0 where
/// nothing ever stood.</param>
/// <param name="Value">Null where it was removed, or nothing ever stood.</param>
internal readonly record struct VersionedValue(long Version, string? Value)
{
    public static readonly VersionedValue None = new(0, null);

    /// <summary>Tells whether this takes the place of another one that stands at the same key somewhere else.</summary>
    public bool Supersedes(VersionedValue other, Keyspace space)
    {
        if (Version == 0 || other.Version == 0) return Version > 0;
        bool oneIsRemoved = Value is null != other.Value is null;
        return space.RemovedForGood && oneIsRemoved ? Value is null : Version > other.Version;
    }
}
