using System.Collections.Concurrent;

namespace Gateway.Revocation;

/// <summary>
/// The in-memory answer to "is this identity revoked?". Reads take no lock, allocate nothing and do no I/O; writes come
/// from the log follower. What it answers is a function of the set of facts it was given, never of their order or number of
/// repeats (rule R9): a reinstatement wins over its revocation whichever came first.
/// </summary>
/// <param name="clockSkew">Added to every cut-off, on the side that refuses (rule R13).</param>
internal sealed class RevocationIndex(TimeSpan clockSkew)
{
    private const int WalkedAtATime = 100_000;
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    // What readers see. A key is in _exact exactly while at least one acting revocation names it.
    private readonly KeySet _exact = new();
    private readonly ConcurrentDictionary<IndexKey, CutOffs> _cutOffs = new(concurrencyLevel: 1, capacity: 64);

    private readonly EndedSessionKeys _endedSessions = new();

    // Changes after each fact that may refuse somebody. An identity that was found good remembers it: until it changes,
    // nothing needs to be looked up.
    private object _edition = new();

    // What only writers see, under _writing.
    private readonly Lock _writing = new();
    private readonly KnownFacts _known = new();
    private readonly Dictionary<Guid, DateTimeOffset> _reinstated = [];
    private readonly List<KnownFacts.Known> _due = [];
    private int _cursor;
    private long _forgotAt = long.MinValue;
    private int _count;

    /// <summary>Number of revocations that act: known, not reinstated, not forgotten.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gives the kind of the revocation that refuses this identity, or <see cref="TargetKind.None"/>.</summary>
    public TargetKind RevokedBy(SessionIdentity identity)
    {
        // Read before looking: a fact that comes during the look-up changes it, and the next check looks again.
        object edition = Volatile.Read(ref _edition);
        if (ReferenceEquals(Volatile.Read(ref identity.FoundGoodBy), edition)) return TargetKind.None;
        TargetKind cause = LookUp(identity);
        if (cause == TargetKind.None) Volatile.Write(ref identity.FoundGoodBy, edition);
        return cause;
    }

    private TargetKind LookUp(SessionIdentity identity)
    {
        if (Has(identity.SessionKey) || Has(identity.SessionOfSubjectKey)) return TargetKind.Session;
        if (Has(identity.TokenKey) || Has(identity.FingerprintKey)) return TargetKind.Token;
        if (Cut(identity.SubjectKey, identity)) return TargetKind.Subject;
        if (Cut(identity.ClientKey, identity) || Cut(identity.SecondClientKey, identity)) return TargetKind.Client;
        if (Cut(identity.RealmKey, identity)) return TargetKind.Realm;
        return _endedSessions.EndedBy(identity.SessionKey);
    }

    private bool Has(IndexKey key) => !key.IsNone && _exact.Contains(key);

    private bool Cut(IndexKey key, SessionIdentity identity)
        => !key.IsNone && _cutOffs.TryGetValue(key, out CutOffs? cut)
            && cut.Fold.Refuses(identity.AuthenticatedSecond, identity.SessionKey);

    /// <summary>Tells whether that revocation is known here and was not reinstated.</summary>
    public bool Acts(Guid revocation)
    {
        lock (_writing) return _known.TryGet(revocation, out _) && !_reinstated.ContainsKey(revocation);
    }

    /// <summary>Tells whom these targets end, and they alone.</summary>
    public Func<SessionIdentity, bool> Ends(IEnumerable<Target> targets, DateTimeOffset at)
    {
        RevocationIndex other = new(clockSkew);
        foreach (Target target in targets)
            other.Apply(new Fact.Revocation { Id = Guid.CreateVersion7(at), At = at, Expires = DateTimeOffset.MaxValue, Actor = "",
                Target = target });
        return identity => other.LookUp(identity) != TargetKind.None;
    }

    /// <summary>Tells the same of whom nothing has ended yet.</summary>
    public Func<SessionIdentity, bool> EndsAnew(IEnumerable<Target> targets, DateTimeOffset at)
    {
        Func<SessionIdentity, bool> ends = Ends(targets, at);
        return identity => ends(identity) && RevokedBy(identity) == TargetKind.None;
    }

    /// <summary>Tells whether a cut-off ends that session by its id already, whatever its tokens say (rule R20).</summary>
    public bool EndsById(IndexKey session) => _endedSessions.EndedBy(session) != TargetKind.None;

    /// <summary>
    /// Tells until when what a cut-off ends by id is kept (rule R9: its reinstatement is kept as long); null for nothing.
    /// </summary>
    public DateTimeOffset? EndsByIdUntil(Guid revocation)
    {
        lock (_writing) return _endedSessions.Until(revocation);
    }

    /// <summary>Finds the cut-off that refuses this identity.</summary>
    /// <returns>Its id and kind; null when none does.</returns>
    public (Guid Revocation, TargetKind Kind)? CutOffOf(SessionIdentity identity)
    {
        lock (_writing)
        {
            foreach ((IndexKey key, TargetKind kind) in (ReadOnlySpan<(IndexKey, TargetKind)>)[(identity.SubjectKey, TargetKind.Subject),
                (identity.ClientKey, TargetKind.Client), (identity.SecondClientKey, TargetKind.Client),
                (identity.RealmKey, TargetKind.Realm)])
            {
                if (!key.IsNone && _cutOffs.TryGetValue(key, out CutOffs? cuts)
                    && cuts.RefusedBy(identity.AuthenticatedSecond, identity.SessionKey) is { } revocation)
                    return (revocation, kind);
            }
            return null;
        }
    }

    /// <summary>Takes a fact in; a repeat changes nothing. True when the answers may have changed.</summary>
    public bool Apply(Fact fact)
    {
        lock (_writing)
        {
            return fact switch
            {
                Fact.Revocation revocation => Revoke(revocation),
                Fact.Reinstatement reinstatement => Reinstate(reinstatement),
                Fact.EndedSessions ended => EndById(ended),
                _ => throw new NotSupportedException(fact.GetType().Name),
            };
        }
    }

    /// <summary>Forgets what has expired by <paramref name="now"/>: a piece of what is known at a time, and at most once in a
    /// second, so that a writer never waits long. With millions it is some minutes late: late is safe, early is not.</summary>
    public void Forget(DateTimeOffset now)
    {
        long second = now.ToUnixTimeSeconds();
        uint minute = (uint)Math.Max(0, second / 60);
        lock (_writing)
        {
            if (second == _forgotAt) return;
            _forgotAt = second;
            _endedSessions.Forget(minute);
            _due.Clear();
            bool round = _known.Walk(ref _cursor, WalkedAtATime, minute, _due);
            foreach (KnownFacts.Known known in _due) _known.Remove(known.Id);
            StopActing(_due.Where(known => !_reinstated.ContainsKey(known.Id)));
            if (!round) return;
            // A reinstatement outlives its revocation: without it a late copy of the revocation would act again.
            foreach ((Guid id, DateTimeOffset expires) in _reinstated)
                if (expires <= now && !_known.TryGet(id, out _)) _reinstated.Remove(id);
        }
    }

    private bool Revoke(Fact.Revocation revocation)
    {
        KnownFacts.Known known = new(revocation.Id, KeyOf(revocation.Target), ForgetAt(revocation.Expires), revocation.Target.Kind);
        if (!_known.TryAdd(known) || _reinstated.ContainsKey(revocation.Id)) return false;
        switch (revocation.Target)
        {
            case Target.Subject subject:
                Cut(known, subject.Before ?? revocation.At, subject.ExceptSession);
                break;
            case Target.Client client:
                Cut(known, client.Before ?? revocation.At, exceptSession: null);
                break;
            case Target.Realm realm:
                Cut(known, realm.Before ?? revocation.At, exceptSession: null);
                break;
            default:
                _exact.Add(known.Key);
                break;
        }
        Volatile.Write(ref _count, _count + 1);
        Volatile.Write(ref _edition, new object());
        return true;

        void Cut(KnownFacts.Known known, DateTimeOffset before, string? exceptSession) => _cutOffs
            .GetOrAdd(known.Key, static _ => new CutOffs())
            .Add(known.Id, CutOffSecond(before),
                exceptSession is null ? default : IndexKey.ForSession(revocation.Target.InRealm, exceptSession));
    }

    private bool EndById(Fact.EndedSessions ended)
    {
        bool changed = _endedSessions.Add(ended, ForgetAt(ended.Expires), acts: !_reinstated.ContainsKey(ended.Of));
        if (changed) Volatile.Write(ref _edition, new object());
        return changed;
    }

    private bool Reinstate(Fact.Reinstatement reinstatement)
    {
        if (_reinstated.TryGetValue(reinstatement.Of, out DateTimeOffset until))
        {
            if (reinstatement.Expires > until) _reinstated[reinstatement.Of] = reinstatement.Expires;
            return false;
        }
        _reinstated.Add(reinstatement.Of, reinstatement.Expires);
        _endedSessions.StopActing(reinstatement.Of);
        if (!_known.TryGet(reinstatement.Of, out KnownFacts.Known known)) return false;
        StopActing([known]);
        return true;
    }

    private void StopActing(IEnumerable<KnownFacts.Known> revocations)
    {
        List<KnownFacts.Known> cuts = [];
        foreach (KnownFacts.Known known in revocations)
        {
            Volatile.Write(ref _count, _count - 1);
            if (known.Kind is TargetKind.Session or TargetKind.Token) _exact.Remove(known.Key);
            else cuts.Add(known);
        }
        // Folded once for all that go from one key: thousands of cut-offs of one subject may expire together.
        foreach (IGrouping<IndexKey, KnownFacts.Known> cut in cuts.GroupBy(known => known.Key))
        {
            CutOffs cutOffs = _cutOffs[cut.Key];
            cutOffs.Remove(cut.Select(known => known.Id));
            if (cutOffs.IsEmpty) _cutOffs.TryRemove(cut.Key, out _);
        }
    }

    private static IndexKey KeyOf(Target target) => target switch
    {
        Target.Session { OfSubject: { } subject } session => IndexKey.ForSessionOfSubject(session.InRealm, session.Id, subject),
        Target.Session session => IndexKey.ForSession(session.InRealm, session.Id),
        Target.Token token => IndexKey.ForToken(token.InRealm, token.Id),
        Target.Subject subject => IndexKey.ForSubject(subject.InRealm, subject.Id),
        Target.Client client => IndexKey.ForClient(client.InRealm, client.Id),
        Target.Realm realm => IndexKey.ForRealm(realm.InRealm),
        _ => throw new NotSupportedException(target.GetType().Name),
    };

    // Providers stamp whole seconds: a token of the second in which the cut-off falls may be older than it, so it is refused.
    private long CutOffSecond(DateTimeOffset before)
    {
        TimeSpan left = DateTimeOffset.MaxValue - before;
        return clockSkew < left ? (before + clockSkew).ToUnixTimeSeconds() : LastSecond;
    }

    // The end of the minute: never before the expiry itself.
    private static uint ForgetAt(DateTimeOffset expires) => (uint)Math.Max(0, expires.ToUnixTimeSeconds() / 60 + 1);
}
