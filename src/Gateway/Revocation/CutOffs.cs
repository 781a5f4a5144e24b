namespace Gateway.Revocation;

/// <summary>The cut-offs that name one subject, client or realm. Readers see their fold alone; the writer also knows each,
/// so that one can be taken away again.</summary>
internal sealed class CutOffs
{
    // Nearly all stand alone: then the fold is the one, and only its id is kept beside it.
    private Guid _only;
    private Dictionary<Guid, (long Second, IndexKey Spares)>? _each;
    private CutOff _fold = CutOff.None;

    public CutOff Fold => Volatile.Read(ref _fold);

    public bool IsEmpty => _fold.Latest == CutOff.Never;

    /// <summary>Adds one that is not here yet.</summary>
    public void Add(Guid revocation, long second, IndexKey spares)
    {
        if (IsEmpty) (_only, _each) = (revocation, null);
        else (_each ??= new() { [_only] = (_fold.Latest, _fold.Spares) }).Add(revocation, (second, spares));
        Volatile.Write(ref _fold, _fold.With(second, spares));
    }

    /// <summary>Takes some away; those that are not here are passed over.</summary>
    public void Remove(IEnumerable<Guid> revocations)
    {
        if (_each is null)
        {
            if (revocations.Contains(_only)) Volatile.Write(ref _fold, CutOff.None);
            return;
        }
        CutOff before = _fold;
        bool carried = false;
        foreach (Guid revocation in revocations)
            if (_each.Remove(revocation, out (long Second, IndexKey Spares) gone)) carried |= Carries(before, gone.Second, gone.Spares);
        if (!carried) return;

        CutOff fold = CutOff.None;
        foreach ((long second, IndexKey spares) in _each.Values) fold = fold.With(second, spares);
        Volatile.Write(ref _fold, fold);
    }

    // Most of many cut-offs are outdone by a later one, and the fold is the same without them.
    private static bool Carries(CutOff fold, long second, IndexKey spares)
        => second == fold.Latest || (second == fold.LatestForSpared && spares != fold.Spares);

    /// <summary>Gives one that refuses an identity authenticated in that second; null when none does.</summary>
    public Guid? RefusedBy(long? authenticatedSecond, IndexKey session)
    {
        if (!_fold.Refuses(authenticatedSecond, session)) return null;
        if (_each is null) return _only;
        foreach ((Guid revocation, (long second, IndexKey spares)) in _each)
            if (CutOff.None.With(second, spares).Refuses(authenticatedSecond, session)) return revocation;
        return null;
    }
}
