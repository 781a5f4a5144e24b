namespace Gateway.Revocation;

/// <summary>What the writer of the index remembers of each revocation: 40 bytes in an open table, so that a repeat is
/// recognised, a reinstatement finds what it undoes, and the expired are found by walking along it a piece at a time.</summary>
internal sealed class KnownFacts
{
    private const double Fullest = 0.8;
    private const int Smallest = 16;

    private Known[] _slots = new Known[Smallest];

    /// <param name="Key">What it revokes.</param>
    /// <param name="Kind">Never <see cref="TargetKind.None"/>, which marks a free slot.</param>
    /// <param name="ForgetAt">Whole minutes since 1970.</param>
    internal readonly record struct Known(Guid Id, IndexKey Key, uint ForgetAt, TargetKind Kind);

    public int Count { get; private set; }

    /// <summary>Adds it. False when the id is known already; then nothing changes.</summary>
    public bool TryAdd(in Known known)
    {
        if (Count + 1 > _slots.Length * Fullest) Rebuild();
        ref Known slot = ref _slots[Find(known.Id)];
        if (slot.Kind != TargetKind.None) return false;
        slot = known;
        Count++;
        return true;
    }

    public bool TryGet(Guid id, out Known known)
    {
        known = _slots[Find(id)];
        return known.Kind != TargetKind.None;
    }

    public void Remove(Guid id)
    {
        int hole = Find(id);
        if (_slots[hole].Kind == TargetKind.None) return;
        Count--;
        // What was pushed on by the one that goes moves back, so that no search ends early.
        for (int at = Next(hole); _slots[at].Kind != TargetKind.None; at = Next(at))
        {
            int home = Home(_slots[at].Id);
            bool stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
            if (stays) continue;
            _slots[hole] = _slots[at];
            hole = at;
        }
        _slots[hole] = default;
    }

    /// <summary>Collects those to forget at a minute from a piece of the table, and moves the cursor on; true when it has come
    /// round. One that moves meanwhile is met the next time round.</summary>
    public bool Walk(ref int cursor, int piece, uint minute, List<Known> due)
    {
        if (cursor >= _slots.Length) cursor = 0;
        int end = (int)Math.Min((long)cursor + piece, _slots.Length);
        foreach (ref readonly Known known in _slots.AsSpan(cursor, end - cursor))
            if (known.Kind != TargetKind.None && known.ForgetAt <= minute) due.Add(known);
        cursor = end == _slots.Length ? 0 : end;
        return cursor == 0;
    }

    private int Find(Guid id)
    {
        int at = Home(id);
        while (_slots[at].Kind != TargetKind.None && _slots[at].Id != id) at = Next(at);
        return at;
    }

    private int Next(int at) => at + 1 == _slots.Length ? 0 : at + 1;

    // Ids of one millisecond differ in some bits only: a multiplication spreads them (Knuth, The Art of Computer Programming 6.4).
    private int Home(Guid id) => (int)((uint)(id.GetHashCode() * 2654435769u) * (ulong)_slots.Length >> 32);

    private void Rebuild()
    {
        Known[] old = _slots;
        _slots = new Known[Math.Max(Smallest, (int)((Count + 1) / Fullest * 1.5))];
        foreach (ref readonly Known known in old.AsSpan())
            if (known.Kind != TargetKind.None) _slots[Find(known.Id)] = known;
    }
}
