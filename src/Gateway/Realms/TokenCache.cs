using System.Collections.Concurrent;

namespace Gateway.Realms;

/// <summary>
/// Verdicts on the tokens of one realm, so that a token is verified once and not with every request. Reads take no lock
/// and allocate nothing. Bounded by weight; what was not asked for lately goes first. Refusals are kept apart, few and
/// briefly, so that a flood of junk displaces no good token.
/// </summary>
/// <param name="capacity">How many tokens of up to a kilobyte are remembered; a longer one counts for several.</param>
/// <param name="signed">The good ones are signed tokens, and nothing else is part of their key.</param>
internal sealed class TokenCache(int capacity, bool signed = false)
{
    /// <summary>How long a refusal is remembered.</summary>
    public static readonly TimeSpan RefusalsStandFor = TimeSpan.FromSeconds(5);

    private const int WeightOf = 1024;

    // More than the heaviest single entry weighs.
    private const int Least = 64;

    private readonly Side _good = new(Math.Max(capacity, Least), signed ? TailComparer.Instance : StringComparer.Ordinal);
    private readonly Side _refused = new(Math.Clamp(capacity / 10, Least, 10_000), StringComparer.Ordinal);

    /// <summary>Number of remembered verdicts.</summary>
    public int Count => _good.Count + _refused.Count;

    /// <param name="now">Milliseconds since 1970.</param>
    public bool TryGet(ReadOnlySpan<char> key, int generation, long now, out TokenResult result)
        => _good.TryGet(key, generation, now, out result) || _refused.TryGet(key, generation, now, out result);

    /// <summary>Gives a verdict that is good.</summary>
    public bool TryGetGood(ReadOnlySpan<char> key, int generation, long now, out TokenResult result)
        => _good.TryGet(key, generation, now, out result);

    /// <param name="generation">Taken before the verdict was made: what has changed since makes it void.</param>
    public void Add(string key, Verification verdict, int generation)
        => (verdict.Result.Failure == TokenFailure.None ? _good : _refused).Add(key, verdict, generation);

    /// <summary>Forgets verdicts that are good for such an identity: they are asked for again.</summary>
    public void Forget(Func<Revocation.SessionIdentity, bool> such) => _good.Forget(such);

    private sealed class Entry(string key, TokenResult result, long until, int generation)
    {
        public string Key { get; } = key;
        public TokenResult Result { get; } = result;
        public long Until { get; } = until;
        public int Generation { get; } = generation;
        public int Weight { get; } = 1 + key.Length / WeightOf;

        /// <summary>Asked for since the hand last passed. Written only when it changes, so that a busy entry stays in
        /// every core's cache.</summary>
        public bool Used { get; set; }
    }

    // Second chance: a queue in order of arrival, in which an entry that was asked for goes round once more.
    private sealed class Side(int capacity, IEqualityComparer<string> comparer)
    {
        private readonly ConcurrentDictionary<string, Entry> _entries = new(comparer);
        private readonly Queue<Entry> _hand = new();
        private readonly Lock _writing = new();
        private int _weight;
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public bool TryGet(ReadOnlySpan<char> key, int generation, long now, out TokenResult result)
        {
            if (!_entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out Entry? entry) || entry.Until <= now
                || entry.Generation != generation)
            {
                result = default;
                return false;
            }
            if (!entry.Used) entry.Used = true;
            result = entry.Result;
            return true;
        }

        public void Add(string key, Verification verdict, int generation)
        {
            Entry entry = new(key, verdict.Result, verdict.StandsUntil.ToUnixTimeMilliseconds(), generation);
            lock (_writing)
            {
                if (_entries.TryGetValue(key, out Entry? before)) _weight -= before.Weight;
                else _count++;
                _entries[key] = entry;
                _weight += entry.Weight;
                _hand.Enqueue(entry);
                while (_weight > capacity && _hand.TryDequeue(out Entry? oldest)) Evict(oldest, entry);
                if (_hand.Count > 2 * _count + Least) DropReplaced();
            }
        }

        public void Forget(Func<Revocation.SessionIdentity, bool> such)
        {
            foreach ((string key, Entry entry) in _entries)
            {
                if (entry.Result.Identity is not { } identity || !such(identity)) continue;
                lock (_writing)
                {
                    if (!_entries.TryRemove(new KeyValuePair<string, Entry>(key, entry))) continue;
                    _weight -= entry.Weight;
                    _count--;
                }
            }
        }

        private void DropReplaced()
        {
            for (int left = _hand.Count; left > 0; left--)
            {
                Entry entry = _hand.Dequeue();
                if (_entries.TryGetValue(entry.Key, out Entry? current) && current == entry) _hand.Enqueue(entry);
            }
        }

        private void Evict(Entry oldest, Entry newest)
        {
            // Replaced by a newer verdict: that one stands in the queue itself.
            if (!_entries.TryGetValue(oldest.Key, out Entry? current) || current != oldest) return;
            if (oldest.Used || oldest == newest)
            {
                oldest.Used = false;
                _hand.Enqueue(oldest);
                return;
            }
            _entries.TryRemove(oldest.Key, out _);
            _weight -= oldest.Weight;
            _count--;
        }
    }
}
