namespace Gateway.Revocation;

/// <summary>The sessions that cut-offs end by their ids (rule R20). One writer; readers search without a lock.</summary>
internal sealed class EndedSessionKeys
{
    // One for each kind of cut-off.
    private readonly KeySet?[] _sets = [.. Enumerable.Range(0, (int)TargetKind.Realm + 1)
        .Select(kind => ((TargetKind)kind).IsCutOff ? new KeySet() : null)];

    // What only the writer sees.
    private readonly Dictionary<Guid, Entry> _entries = [];
    private readonly Dictionary<Guid, List<Guid>> _of = [];

    private sealed record Entry(Guid Of, TargetKind By, IndexKey[] Keys, uint ForgetAt)
    {
        public bool Acts { get; set; }
    }

    /// <summary>Gives the kind of what ends that session; <see cref="TargetKind.None"/> when nothing does.</summary>
    public TargetKind EndedBy(IndexKey session)
    {
        if (session.IsNone) return TargetKind.None;
        for (int kind = 0; kind < _sets.Length; kind++)
            if (_sets[kind]?.Contains(session) == true) return (TargetKind)kind;
        return TargetKind.None;
    }

    /// <summary>Takes a fact in; a repeat changes nothing.</summary>
    /// <param name="acts">False when its revocation was reinstated.</param>
    /// <returns>Whether the answers may have changed.</returns>
    public bool Add(Fact.EndedSessions fact, uint forgetAt, bool acts)
    {
        if (_entries.ContainsKey(fact.Id)) return false;
        IndexKey[] keys = [.. fact.Sessions.Select(session => IndexKey.ForSession(fact.InRealm, session))];
        _entries.Add(fact.Id, new(fact.Of, fact.By, keys, forgetAt) { Acts = acts });
        if (!_of.TryGetValue(fact.Of, out List<Guid>? facts)) _of.Add(fact.Of, facts = []);
        facts.Add(fact.Id);
        if (!acts) return false;
        KeySet set = SetOf(fact.By);
        foreach (IndexKey key in keys) set.Add(key);
        return true;
    }

    /// <summary>Tells until when what this revocation ends by id is kept; null when it ends nothing so.</summary>
    public DateTimeOffset? Until(Guid revocation)
        => _of.TryGetValue(revocation, out List<Guid>? facts)
            ? DateTimeOffset.UnixEpoch.AddMinutes(facts.Max(fact => _entries[fact].ForgetAt)) : null;

    /// <summary>Lets the sessions live again that this revocation has ended.</summary>
    public void StopActing(Guid revocation)
    {
        if (!_of.TryGetValue(revocation, out List<Guid>? facts)) return;
        foreach (Guid fact in facts) StopActing(_entries[fact]);
    }

    /// <summary>Forgets what has expired by that minute (since 1970).</summary>
    public void Forget(uint minute)
    {
        foreach ((Guid fact, Entry entry) in _entries)
        {
            if (entry.ForgetAt > minute) continue;
            StopActing(entry);
            _entries.Remove(fact);
            _of[entry.Of].Remove(fact);
            if (_of[entry.Of].Count == 0) _of.Remove(entry.Of);
        }
    }

    private void StopActing(Entry entry)
    {
        if (!entry.Acts) return;
        entry.Acts = false;
        KeySet set = SetOf(entry.By);
        foreach (IndexKey key in entry.Keys) set.Remove(key);
    }

    private KeySet SetOf(TargetKind by)
        => _sets[(int)by] ?? throw new ArgumentOutOfRangeException(nameof(by), by, "It is no kind of cut-off.");
}
