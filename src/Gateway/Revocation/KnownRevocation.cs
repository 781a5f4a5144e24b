namespace Gateway.Revocation;

/// <summary>What the index holds of one revocation: 40 bytes.</summary>
internal struct KnownRevocation
{
    private const uint KindMask = 7, HolderFlag = 8, FoldedFlag = 16;
    private const int MinuteShift = 5;
    private const uint Never = uint.MaxValue >> MinuteShift;

    /// <summary>What it revokes.</summary>
    public IndexKey Key;

    // Kind, the two flags, and the minute.
    private uint _marks;

    /// <summary>Of the holder of a key of a session or token: how many acting revocations name it. Of a cut-off that stands alone: its
    /// second since 1970. Of a free one: the next free one.</summary>
    public uint Value;

    /// <summary>Empty for one that is forgotten and holds the key for others.</summary>
    public Guid Id;

    public KnownRevocation(Guid id, IndexKey key, KeyKind kind, uint forgetAt)
        => (Id, Key, _marks) = (id, key, (uint)kind | Math.Min(forgetAt, Never) << MinuteShift);

    /// <summary><see cref="KeyKind.None"/> for a free one.</summary>
    public readonly KeyKind Kind => (KeyKind)(_marks & KindMask);

    /// <summary>Whether searches for the key end here: one of all that act by one key.</summary>
    public bool IsHolder
    {
        readonly get => (_marks & HolderFlag) != 0;
        set => _marks = value ? _marks | HolderFlag : _marks & ~HolderFlag;
    }

    /// <summary>Whether this holder's cut-offs are more than one second can say.</summary>
    public bool IsFolded
    {
        get => (Volatile.Read(ref _marks) & FoldedFlag) != 0;
        set => Volatile.Write(ref _marks, value ? _marks | FoldedFlag : _marks & ~FoldedFlag);
    }

    /// <summary>Gives it up. Who still reads it sees first that the key is another.</summary>
    public void Clear(uint value)
    {
        Key = default;
        Volatile.Write(ref Value, value);
        _marks = 0;
        Id = Guid.Empty;
    }

    /// <summary>Tells whether it is to be forgotten by that minute (since 1970). What is further than 255 years is kept.</summary>
    public readonly bool IsDue(uint minute) => _marks >> MinuteShift is var at && at <= minute && at != Never;
}
