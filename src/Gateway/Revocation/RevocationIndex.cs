namespace Gateway.Revocation;

/// <summary>
/// The in-memory answer to "is this identity revoked?". Reads take no lock, allocate nothing and do no I/O; writes come
/// from the log follower. What it answers is a function of the set of facts it was given, never of their order or number of
/// repeats (rule R9): a reinstatement wins over its revocation whichever came first.
/// </summary>
/// <param name="clockSkew">Added to every cut-off, on the side that refuses (rule R13).</param>
internal sealed class RevocationIndex(TimeSpan clockSkew)
{
    private const int WalkedAtATime = 100_000, ForgottenAtATime = 1000;
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    // Readers see of it what acts.
    private readonly RevocationTable _table = new();

    private readonly EndedSessionKeys _endedSessions = new();

    // Changes after each fact that may refuse somebody. An identity that was found good remembers it: until it changes,
    // nothing needs to be looked up.
    private object _edition = new();

    // What only writers see, under _writing.
    private readonly Lock _writing = new();
    private readonly Dictionary<Guid, DateTimeOffset> _reinstated = [];
    private readonly List<int> _due = [];
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
        if (Has(KeyKind.Session, identity.SessionKey) || Has(KeyKind.SessionOfSubject, identity.SessionOfSubjectKey))
            return TargetKind.Session;
        if (Has(KeyKind.Token, identity.TokenKey) || Has(KeyKind.Token, identity.FingerprintKey)) return TargetKind.Token;
        if (Cut(KeyKind.Subject, identity.SubjectKey, identity)) return TargetKind.Subject;
        if (Cut(KeyKind.Client, identity.ClientKey, identity) || Cut(KeyKind.Client, identity.SecondClientKey, identity))
            return TargetKind.Client;
        if (Cut(KeyKind.Realm, identity.RealmKey, identity)) return TargetKind.Realm;
        return _endedSessions.EndedBy(identity.SessionKey);
    }

    private bool Has(KeyKind kind, IndexKey key) => _table.HasAny(kind) && !key.IsNone && _table.Contains(key);

    private bool Cut(KeyKind kind, IndexKey key, SessionIdentity identity)
        => _table.HasAny(kind) && !key.IsNone && _table.Cuts(key, identity);

    /// <summary>Tells whether that revocation is known here and was not reinstated.</summary>
    public bool Acts(Guid revocation)
    {
        lock (_writing) return _table.Find(revocation) >= 0 && !_reinstated.ContainsKey(revocation);
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
                if (!key.IsNone && _table.CutOffOf(key, identity) is { } revocation) return (revocation, kind);
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

    /// <summary>Forgets what has expired by <paramref name="now"/>: a piece of what is known at a time, and little in one call, so that a
    /// writer never waits long. With millions it is some minutes late: late is safe, early is not.</summary>
    /// <returns>Whether more is to be forgotten at once; else the next second will do.</returns>
    public bool Forget(DateTimeOffset now)
    {
        long second = now.ToUnixTimeSeconds();
        uint minute = (uint)Math.Max(0, second / 60);
        lock (_writing)
        {
            if (second == _forgotAt) return false;
            _endedSessions.Forget(minute);
            _due.Clear();
            bool round = _table.Walk(ref _cursor, WalkedAtATime, ForgottenAtATime, minute, _due);
            StopActing([.. _due.Where(number => !_reinstated.ContainsKey(_table[number].Id))]);
            foreach (int number in _due) _table.Forget(number);
            if (_due.Count == ForgottenAtATime) return true;
            _forgotAt = second;
            // A reinstatement outlives its revocation: without it a late copy of the revocation would act again.
            if (round)
                foreach ((Guid id, DateTimeOffset expires) in _reinstated)
                    if (expires <= now && _table.Find(id) < 0) _reinstated.Remove(id);
            return false;
        }
    }

    private bool Revoke(Fact.Revocation revocation)
    {
        if (_table.Find(revocation.Id) >= 0) return false;
        (KeyKind kind, IndexKey key) = KeyOf(revocation.Target);
        int number = _table.Add(new(revocation.Id, key, kind, ForgetAt(revocation.Expires)));
        if (_reinstated.ContainsKey(revocation.Id)) return false;
        if (revocation.Target.Kind.IsCutOff)
            _table.Act(number, CutOffSecond(RevocationRules.BeforeOf(revocation.Target) ?? revocation.At),
                revocation.Target is Target.Subject { ExceptSession: { } spared }
                    ? IndexKey.ForSession(revocation.Target.InRealm, spared) : default);
        else _table.Act(number);
        Volatile.Write(ref _count, _count + 1);
        Volatile.Write(ref _edition, new object());
        return true;
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
        if (_table.Find(reinstatement.Of) is var known && known < 0) return false;
        StopActing([known]);
        return true;
    }

    private void StopActing(IReadOnlyCollection<int> revocations)
    {
        Volatile.Write(ref _count, _count - revocations.Count);
        _table.StopActing(revocations);
    }

    private static (KeyKind, IndexKey) KeyOf(Target target) => target switch
    {
        Target.Session { OfSubject: { } subject } session =>
            (KeyKind.SessionOfSubject, IndexKey.ForSessionOfSubject(session.InRealm, session.Id, subject)),
        Target.Session session => (KeyKind.Session, IndexKey.ForSession(session.InRealm, session.Id)),
        Target.Token token => (KeyKind.Token, IndexKey.ForToken(token.InRealm, token.Id)),
        Target.Subject subject => (KeyKind.Subject, IndexKey.ForSubject(subject.InRealm, subject.Id)),
        Target.Client client => (KeyKind.Client, IndexKey.ForClient(client.InRealm, client.Id)),
        Target.Realm realm => (KeyKind.Realm, IndexKey.ForRealm(realm.InRealm)),
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
