using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Gateway.Revocation;

/// <summary>
/// The revocations that are known, found by id and, where they act, by what they revoke: some 60 bytes for each. One writer, any number of
/// readers without a lock. Of all that act by one key one is the holder, at which searches for the key end; it stays in its place as
/// long as any of them acts.
/// </summary>
internal sealed class RevocationTable
{
    private readonly KnownRevocations _known = new();

    // Every request asks for keys; for ids only who writes.
    private readonly HashedNumbers _byKey = new(fullest: 0.7), _byId = new(fullest: 0.85);

    // Cut-offs of one key that are more than one second can say.
    private readonly ConcurrentDictionary<IndexKey, CutOffs> _cutOffs = new(concurrencyLevel: 1, capacity: 16);

    // Keys of each kind by which something acts.
    private readonly int[] _keys = new int[(int)KeyKind.SessionOfSubject + 1];

    // Nobody can foresee which ids stand near each other.
    private readonly (ulong High, ulong Low) _secret = (BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
        BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));

    public ref KnownRevocation this[int number] => ref _known[number];

    /// <summary>Tells whether anything acts by a key of that kind: where nothing does, nothing needs to be looked up.</summary>
    public bool HasAny(KeyKind kind) => Volatile.Read(ref _keys[(int)kind]) > 0;

    /// <summary>Tells whether a session or token with this key is revoked.</summary>
    public bool Contains(IndexKey key) => HolderOf(key) >= 0;

    /// <summary>Tells whether a cut-off by this key refuses an identity.</summary>
    public bool Cuts(IndexKey key, SessionIdentity identity)
    {
        int number = HolderOf(key);
        if (number < 0) return false;
        ref KnownRevocation holder = ref _known[number];
        if (holder.IsFolded)
            return _cutOffs.TryGetValue(key, out CutOffs? cuts) && cuts.Fold.Refuses(identity.AuthenticatedSecond, identity.SessionKey);
        uint second = Volatile.Read(ref holder.Value);
        // Meanwhile the place may have been given to another.
        return holder.Key == key && (identity.AuthenticatedSecond is not { } since || since <= second);
    }

    /// <summary>Finds a cut-off by this key that refuses an identity. Only the writer asks.</summary>
    public Guid? CutOffOf(IndexKey key, SessionIdentity identity)
    {
        if (!Cuts(key, identity)) return null;
        ref KnownRevocation holder = ref _known[HolderOf(key)];
        return holder.IsFolded ? _cutOffs[key].RefusedBy(identity.AuthenticatedSecond, identity.SessionKey) : holder.Id;
    }

    /// <returns>Its number; -1 when it is not known.</returns>
    public int Find(Guid id)
    {
        HashedNumbers.Search search = _byId.Find(HashOf(id));
        while (search.Next(out int number))
            if (_known[number].Id == id) return number;
        return -1;
    }

    /// <summary>Takes one in that is not known. It does not act yet.</summary>
    /// <returns>Its number.</returns>
    public int Add(in KnownRevocation revocation)
    {
        int number = _known.Add(revocation);
        _byId.Add(HashOf(revocation.Id), number);
        return number;
    }

    /// <summary>Lets one act that revokes a session or token.</summary>
    public void Act(int number)
    {
        ref KnownRevocation added = ref _known[number];
        int holder = HolderOf(added.Key);
        if (holder >= 0) _known[holder].Value++;
        else
        {
            added.Value = 1;
            Hold(number);
        }
    }

    /// <summary>Lets a cut-off act.</summary>
    /// <param name="second">Since 1970; up to it, inclusive, it refuses.</param>
    /// <param name="spares">The session that it spares, if any.</param>
    public void Act(int number, long second, IndexKey spares)
    {
        ref KnownRevocation added = ref _known[number];
        int at = HolderOf(added.Key);
        if (at < 0 && spares.IsNone && second is >= 0 and <= uint.MaxValue)
        {
            added.Value = (uint)second;
            Hold(number);
            return;
        }
        if (at < 0)
        {
            Fold(added.Key).Add(added.Id, second, spares);
            added.IsFolded = true;
            Hold(number);
            return;
        }
        ref KnownRevocation holder = ref _known[at];
        if (!holder.IsFolded)
        {
            Fold(added.Key).Add(holder.Id, holder.Value, default);
            holder.IsFolded = true;
        }
        _cutOffs[added.Key].Add(added.Id, second, spares);
    }

    /// <summary>Lets some no longer act, which do.</summary>
    public void StopActing(IEnumerable<int> numbers)
    {
        List<int> folded = [];
        foreach (int number in numbers)
        {
            int holder = HolderOf(_known[number].Key);
            if (_known[holder].IsFolded) folded.Add(number);
            else if (_known[holder].Kind is KeyKind.Session or KeyKind.Token or KeyKind.SessionOfSubject && --_known[holder].Value > 0) { }
            else Release(holder);
        }
        // Folded once for all that go from one key: thousands of cut-offs of one subject may expire together.
        foreach (IGrouping<IndexKey, int> cuts in folded.GroupBy(number => _known[number].Key))
        {
            CutOffs cutOffs = _cutOffs[cuts.Key];
            cutOffs.Remove(cuts.Select(number => _known[number].Id));
            if (!cutOffs.IsEmpty) continue;
            Release(HolderOf(cuts.Key));
            _cutOffs.TryRemove(cuts.Key, out _);
        }
    }

    /// <summary>Forgets one that does not act.</summary>
    public void Forget(int number)
    {
        ref KnownRevocation gone = ref _known[number];
        _byId.Remove(HashOf(gone.Id), number);
        if (gone.IsHolder) gone.Id = Guid.Empty;
        else _known.Free(number);
    }

    /// <summary>Collects those that are to be forgotten at a minute from a piece of the table, and moves the cursor on; true when it has
    /// come round.</summary>
    /// <param name="piece">So many are looked at.</param>
    /// <param name="most">So many are collected.</param>
    public bool Walk(ref int cursor, int piece, int most, uint minute, List<int> due)
    {
        int end = Math.Min(cursor + piece, _known.End);
        for (; cursor < end && due.Count < most; cursor++)
            if (_known[cursor] is { Kind: not KeyKind.None } known && known.Id != Guid.Empty && known.IsDue(minute)) due.Add(cursor);
        if (cursor < _known.End) return false;
        cursor = 0;
        return true;
    }

    private int HolderOf(IndexKey key)
    {
        HashedNumbers.Search search = _byKey.Find(key.Low);
        while (search.Next(out int number))
            if (_known[number].Key == key) return number;
        return -1;
    }

    private CutOffs Fold(IndexKey key) => _cutOffs.GetOrAdd(key, static _ => new CutOffs());

    private void Hold(int number)
    {
        ref KnownRevocation holder = ref _known[number];
        holder.IsHolder = true;
        _byKey.Add(holder.Key.Low, number);
        ref int keys = ref _keys[(int)holder.Kind];
        Volatile.Write(ref keys, keys + 1);
    }

    private void Release(int number)
    {
        ref KnownRevocation holder = ref _known[number];
        ref int keys = ref _keys[(int)holder.Kind];
        Volatile.Write(ref keys, keys - 1);
        _byKey.Remove(holder.Key.Low, number);
        holder.IsHolder = holder.IsFolded = false;
        if (holder.Id == Guid.Empty) _known.Free(number);
    }

    private ulong HashOf(Guid id)
    {
        ReadOnlySpan<ulong> halves = System.Runtime.InteropServices.MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in id));
        ulong high = Math.BigMul(halves[0] ^ _secret.High, halves[1] ^ _secret.Low, out ulong low);
        return high ^ low;
    }
}
