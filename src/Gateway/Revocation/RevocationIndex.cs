using System.Collections.Concurrent;
using Gateway.Realms;

namespace Gateway.Revocation;

/// <summary>
/// The in-memory answer to "is this identity revoked?". Reads take no lock, allocate nothing and do no I/O; writes come
/// from the log tail. What it answers is a function of the set of facts it was given, never of their order or number of
/// repeats (rule R9): a reinstatement wins over its revocation whichever came first.
/// </summary>
/// <param name="clockSkew">Added to every cut-off, on the side that refuses (rule R13).</param>
internal sealed class RevocationIndex(TimeSpan clockSkew)
{
    private const long BucketMilliseconds = 60_000;

    // What readers see. A key is present in _exact exactly while at least one acting revocation names it.
    private readonly ConcurrentDictionary<IndexKey, int> _exact = new(concurrencyLevel: 1, capacity: 1024);
    private readonly ConcurrentDictionary<IndexKey, CutOff> _cutOffs = new(concurrencyLevel: 1, capacity: 64);

    // What only writers see, under _writing.
    private readonly Lock _writing = new();
    private readonly Dictionary<Guid, Known> _known = [];
    private readonly Dictionary<Guid, DateTimeOffset> _reinstated = [];
    private readonly Dictionary<IndexKey, HashSet<Guid>> _cutOffFacts = [];
    private readonly SortedDictionary<long, List<(Guid Id, bool Reinstatement)>> _expiring = [];

    private readonly record struct Known(IndexKey Key, TargetKind Kind, long Second, IndexKey Spares, long Expires);

    /// <summary>Number of revocations that act: known, not reinstated, not forgotten.</summary>
    public int Count => Volatile.Read(ref _count);
    private int _count;

    public bool IsRevoked(SessionIdentity identity) => RevokedBy(identity) != TargetKind.None;

    /// <summary>The kind of the revocation that refuses this identity, or <see cref="TargetKind.None"/>.</summary>
    public TargetKind RevokedBy(SessionIdentity identity)
    {
        if (Has(identity.SessionKey) || Has(identity.SessionOfSubjectKey)) return TargetKind.Session;
        if (Has(identity.TokenKey) || Has(identity.FingerprintKey)) return TargetKind.Token;
        if (Cut(identity.SubjectKey, identity)) return TargetKind.Subject;
        if (Cut(identity.ClientKey, identity) || Cut(identity.SecondClientKey, identity)) return TargetKind.Client;
        return Cut(identity.RealmKey, identity) ? TargetKind.Realm : TargetKind.None;
    }

    private bool Has(IndexKey key) => !key.IsNone && _exact.ContainsKey(key);

    private bool Cut(IndexKey key, SessionIdentity identity)
        => !key.IsNone && _cutOffs.TryGetValue(key, out CutOff? cut) && cut.Refuses(identity.AuthenticatedSecond, identity.SessionKey);

    /// <summary>Whether that revocation is known here and was not reinstated.</summary>
    public bool Acts(Guid revocation)
    {
        lock (_writing) return _known.ContainsKey(revocation) && !_reinstated.ContainsKey(revocation);
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
                _ => throw new NotSupportedException(fact.GetType().Name),
            };
        }
    }

    /// <summary>Forgets what has expired by <paramref name="now"/>, up to a minute late: forgetting late is safe, early is not.</summary>
    public void Forget(DateTimeOffset now)
    {
        lock (_writing)
        {
            List<(Guid Id, bool Reinstatement)> kept = [];
            while (_expiring.Count > 0 && _expiring.First() is var (bucket, due) && (bucket + 1) * BucketMilliseconds <= now.ToUnixTimeMilliseconds())
            {
                _expiring.Remove(bucket);
                foreach ((Guid id, _) in due.Where(item => !item.Reinstatement)) Remove(id);
                kept.AddRange(due.Where(item => item.Reinstatement));
            }
            foreach ((Guid id, _) in kept)
            {
                // A reinstatement outlives its revocation: without it a late copy of the revocation would act again.
                if (_known.TryGetValue(id, out Known revoked)) Expire(id, reinstatement: true, revoked.Expires);
                else _reinstated.Remove(id);
            }
        }
    }

    private bool Revoke(Fact.Revocation revocation)
    {
        Known known = Describe(revocation);
        if (!_known.TryAdd(revocation.Id, known)) return false;
        Expire(revocation.Id, reinstatement: false, known.Expires);
        if (_reinstated.ContainsKey(revocation.Id)) return false;
        Interlocked.Increment(ref _count);
        if (known.Kind is TargetKind.Session or TargetKind.Token)
        {
            _exact.AddOrUpdate(known.Key, 1, static (_, count) => count + 1);
            return true;
        }
        if (!_cutOffFacts.TryGetValue(known.Key, out HashSet<Guid>? facts)) _cutOffFacts[known.Key] = facts = [];
        facts.Add(revocation.Id);
        _cutOffs[known.Key] = _cutOffs.GetValueOrDefault(known.Key, CutOff.None).With(known.Second, known.Spares);
        return true;
    }

    private bool Reinstate(Fact.Reinstatement reinstatement)
    {
        if (!_reinstated.TryAdd(reinstatement.Of, reinstatement.Expires)) return false;
        Expire(reinstatement.Of, reinstatement: true, reinstatement.Expires.ToUnixTimeMilliseconds());
        if (!_known.TryGetValue(reinstatement.Of, out Known known)) return false;
        StopActing(reinstatement.Of, known);
        return true;
    }

    private void Remove(Guid id)
    {
        if (!_known.Remove(id, out Known known)) return;
        if (!_reinstated.ContainsKey(id)) StopActing(id, known);
    }

    private void StopActing(Guid id, Known known)
    {
        Interlocked.Decrement(ref _count);
        if (known.Kind is TargetKind.Session or TargetKind.Token)
        {
            int left = _exact[known.Key] - 1;
            if (left == 0) _exact.TryRemove(known.Key, out _);
            else _exact[known.Key] = left;
            return;
        }
        HashSet<Guid> facts = _cutOffFacts[known.Key];
        facts.Remove(id);
        if (facts.Count == 0)
        {
            _cutOffFacts.Remove(known.Key);
            _cutOffs.TryRemove(known.Key, out _);
            return;
        }
        _cutOffs[known.Key] = facts.Select(fact => _known[fact])
            .Aggregate(CutOff.None, static (cut, fact) => cut.With(fact.Second, fact.Spares));
    }

    private Known Describe(Fact.Revocation revocation)
    {
        long expires = revocation.Expires.ToUnixTimeMilliseconds();
        Known CutAt(IndexKey key, DateTimeOffset? before, string? except = null) => new(
            key, revocation.Target.Kind, CutOffSecond(before ?? revocation.At),
            except is null ? default : IndexKey.ForSession(revocation.Target.InRealm, except), expires);

        return revocation.Target switch
        {
            Target.Session { OfSubject: { } subject } t => new(IndexKey.ForSessionOfSubject(t.Realm, t.Id, subject), t.Kind, 0, default, expires),
            Target.Session t => new(IndexKey.ForSession(t.Realm, t.Id), t.Kind, 0, default, expires),
            Target.Token t => new(IndexKey.ForToken(t.Realm, t.Id), t.Kind, 0, default, expires),
            Target.Subject t => CutAt(IndexKey.ForSubject(t.Realm, t.Id), t.Before, t.ExceptSession),
            Target.Client t => CutAt(IndexKey.ForClient(t.Realm, t.Id), t.Before),
            Target.Everything t => CutAt(IndexKey.ForRealm(t.Realm), t.Before),
            _ => throw new NotSupportedException(revocation.Target.GetType().Name),
        };
    }

    // Providers stamp whole seconds: a token of the second in which the cut-off falls may be older than it, so it is refused.
    private long CutOffSecond(DateTimeOffset before) => (before + clockSkew).ToUnixTimeSeconds();

    private void Expire(Guid id, bool reinstatement, long expires)
    {
        // Far-off expiries (a revocation "for ever") share one bucket that never comes due.
        long bucket = Math.Min(expires, long.MaxValue / 2) / BucketMilliseconds;
        if (!_expiring.TryGetValue(bucket, out List<(Guid, bool)>? due)) _expiring[bucket] = due = [];
        due.Add((id, reinstatement));
    }
}
