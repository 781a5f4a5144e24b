namespace Gateway.Revocation;

/// <summary>
/// A counted set of keys, which one writer changes while any number of readers search it without a lock. Open addressing,
/// some 45 bytes a key. A slot that was once given to a key is that key's until the table is built anew, and becomes visible
/// by one write of its count; a new table is published by one assignment. So a reader that begins after <see cref="Add"/>
/// has returned finds the key.
/// </summary>
internal sealed class KeySet
{
    // Most searches end at a free slot: at two thirds full they look at some five neighbours, mostly in one cache line.
    private const double Fullest = 0.65;
    private const int Smallest = 16;

    private Slot[] _slots = new Slot[Smallest];
    private int _taken;

    private struct Slot
    {
        public IndexKey Key;

        /// <summary>How often the key was added; 0 for a slot never given away, <see cref="Gone"/> for a key that was removed.</summary>
        public int Count;
    }

    private const int Gone = -1;

    /// <summary>Number of different keys.</summary>
    public int Count { get; private set; }

    public bool Contains(IndexKey key)
    {
        Slot[] slots = Volatile.Read(ref _slots);
        for (uint at = First(key, slots); ; at = at + 1 == (uint)slots.Length ? 0 : at + 1)
        {
            ref Slot slot = ref slots[at];
            int count = Volatile.Read(ref slot.Count);
            if (count == 0) return false;
            if (slot.Key == key) return count > 0;
        }
    }

    public void Add(IndexKey key)
    {
        if (_taken + 1 > _slots.Length * Fullest) Rebuild();
        ref Slot slot = ref Find(_slots, key);
        if (slot.Count == 0)
        {
            slot.Key = key;
            _taken++;
        }
        if (slot.Count <= 0) Count++;
        Volatile.Write(ref slot.Count, Math.Max(slot.Count, 0) + 1);
    }

    /// <summary>Takes back one <see cref="Add"/>.</summary>
    public void Remove(IndexKey key)
    {
        ref Slot slot = ref Find(_slots, key);
        if (slot.Count > 1)
        {
            Volatile.Write(ref slot.Count, slot.Count - 1);
            return;
        }
        if (slot.Count != 1) return;
        Volatile.Write(ref slot.Count, Gone);
        Count--;
    }

    // Keys that are gone give their slots back here, and only here.
    private void Rebuild()
    {
        Slot[] slots = new Slot[Math.Max(Smallest, (int)((Count + 1) / Fullest * 1.45))];
        _taken = 0;
        foreach (Slot slot in _slots)
        {
            if (slot.Count <= 0) continue;
            Find(slots, slot.Key) = slot;
            _taken++;
        }
        Volatile.Write(ref _slots, slots);
    }

    private static ref Slot Find(Slot[] slots, IndexKey key)
    {
        for (uint at = First(key, slots); ; at = at + 1 == (uint)slots.Length ? 0 : at + 1)
        {
            ref Slot slot = ref slots[at];
            if (slot.Count == 0 || slot.Key == key) return ref slot;
        }
    }

    // The key is a hash already; its bits are spread over the slots without a division.
    private static uint First(IndexKey key, Slot[] slots) => (uint)((uint)key.Low * (ulong)slots.Length >> 32);
}
