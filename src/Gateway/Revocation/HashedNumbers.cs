namespace Gateway.Revocation;

/// <summary>
/// Finds numbers by a hash, which one writer changes while any number of readers search it without a lock: some ten bytes a number. Open
/// addressing, in parts that are built anew each by itself, so that growing to millions takes no pause. A slot holds a number and half
/// of its hash in one word, so it becomes visible by one write; a new part is published by one assignment. So a reader that begins
/// after <see cref="Add"/> has returned finds the number.
/// </summary>
/// <param name="fullest">Built anew before more of the slots are taken: less finds faster, more takes less memory.</param>
internal sealed class HashedNumbers(double fullest)
{
    private const int PartBits = 11;
    private const int Smallest = 4;

    // After a rebuild a fifth more find room.
    private const double Room = 1.2;

    // In the half of a slot that holds the number, plus one: 0 is a slot never given away.
    private const uint Gone = uint.MaxValue;

    private static readonly ulong[] Nothing = new ulong[1];

    private readonly ulong[][] _parts = [.. Enumerable.Repeat(Nothing, 1 << PartBits)];

    // What only the writer sees.
    private readonly (int Held, int Taken)[] _counts = new (int, int)[1 << PartBits];

    /// <summary>Begins a search for the numbers of a hash, all of whose bits are as good as random.</summary>
    public Search Find(ulong hash) => new(Volatile.Read(ref _parts[PartOf(hash)]), (uint)hash);

    /// <summary>Gives one number after the other. What has this half of the hash is given; whoever asks compares the rest.</summary>
    internal ref struct Search(ulong[] slots, uint half)
    {
        private uint _at = First(half, slots.Length);

        public bool Next(out int number)
        {
            while (true)
            {
                ulong slot = Volatile.Read(ref slots[_at]);
                if (++_at == (uint)slots.Length) _at = 0;
                number = (int)((uint)slot - 1);
                if (slot == 0) return false;
                if ((uint)(slot >> 32) == half && (uint)slot != Gone) return true;
            }
        }
    }

    /// <summary>Adds a number that is not here.</summary>
    public void Add(ulong hash, int number)
    {
        ref (int Held, int Taken) count = ref _counts[PartOf(hash)];
        if (count.Taken + 1 > _parts[PartOf(hash)].Length * fullest) Rebuild(PartOf(hash));
        ulong[] slots = _parts[PartOf(hash)];
        uint at = First((uint)hash, slots.Length);
        while (slots[at] != 0 && (uint)slots[at] != Gone) at = at + 1 == (uint)slots.Length ? 0 : at + 1;
        if (slots[at] == 0) count.Taken++;
        count.Held++;
        Volatile.Write(ref slots[at], hash << 32 | ((uint)number + 1));
    }

    /// <summary>Takes a number out that is here.</summary>
    public void Remove(ulong hash, int number)
    {
        ulong[] slots = _parts[PartOf(hash)];
        ulong sought = hash << 32 | ((uint)number + 1);
        uint at = First((uint)hash, slots.Length);
        while (slots[at] != sought) at = at + 1 == (uint)slots.Length ? 0 : at + 1;
        Volatile.Write(ref slots[at], Gone);
        ref (int Held, int Taken) count = ref _counts[PartOf(hash)];
        count.Held--;
        if (count.Taken > Smallest * 4 && count.Held < count.Taken / 2) Rebuild(PartOf(hash));
    }

    // Slots of what is gone are given back here, beside those that the next addition takes.
    private void Rebuild(int part)
    {
        ref (int Held, int Taken) count = ref _counts[part];
        ulong[] slots = new ulong[Math.Max(Smallest, (int)((count.Held + 1) / fullest * Room) + 1)];
        foreach (ulong slot in _parts[part])
        {
            if (slot == 0 || (uint)slot == Gone) continue;
            uint at = First((uint)(slot >> 32), slots.Length);
            while (slots[at] != 0) at = at + 1 == (uint)slots.Length ? 0 : at + 1;
            slots[at] = slot;
        }
        count.Taken = count.Held;
        Volatile.Write(ref _parts[part], slots);
    }

    private static int PartOf(ulong hash) => (int)(hash >> (64 - PartBits));

    // Spread over the slots without a division.
    private static uint First(uint half, int slots) => (uint)((ulong)half * (uint)slots >> 32);
}
