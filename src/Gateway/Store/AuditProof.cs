namespace Gateway.Store;

/// <summary>Follows the chain from one entry to the next, oldest first.</summary>
internal sealed class AuditProof
{
    private AuditEntry? _last;

    /// <summary>How many entries were looked at.</summary>
    public int Entries { get; private set; }

    /// <summary>How many of them an older version wrote, without a hash; all of them before the first with one.</summary>
    public int Unchained { get; private set; }

    public long First { get; private set; }

    public long Newest => _last?.Sequence ?? 0;

    /// <summary>To be kept elsewhere: a later proof that holds this hash holds everything up to it.</summary>
    public string? NewestHash => _last?.Hash;

    /// <summary>What does not hold, in words; null when all does.</summary>
    public string? Broken { get; private set; }

    public void Add(AuditEntry entry)
    {
        Entries++;
        if (_last is null) First = entry.Sequence;
        Broken ??= Complaint(entry);
        if (entry.Hash is null) Unchained++;
        _last = entry;
    }

    private string? Complaint(AuditEntry entry)
    {
        if (_last is { } before && entry.Sequence != before.Sequence + 1)
            return entry.Sequence <= before.Sequence ? $"entry {entry.Sequence} is there twice or in another place"
                : $"between {before.Sequence} and {entry.Sequence} entries are missing";
        if (entry.Hash is null) return _last?.Hash is null ? null : $"entry {entry.Sequence} has no hash, and those before it have";
        // What stood before the first that is still kept cannot be known; it is what a kept hash is for.
        if (_last is null && entry.Sequence != 1) return null;
        return AuditChain.Next(_last?.Hash ?? "", entry) == entry.Hash ? null
            : $"entry {entry.Sequence} is not as it was written, or the one before it is not";
    }
}
