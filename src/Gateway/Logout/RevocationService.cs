using Gateway.Cluster;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;

namespace Gateway.Logout;

/// <summary>The only writer of the revocation log. It answers when the log has the fact durably and this node enforces
/// it, and, unless asked otherwise, when every node does or <c>Cluster:AnswerWithin</c> has passed.</summary>
internal sealed class RevocationService(
    FactRecorder recorder, CutOffSessions cutOffs, UnknownOutcomes unknown, AuditLog audit, TimeProvider time, RealmNames realms,
    RevocationOptions options, SessionRegistry sessions, Admission admission, RevocationIndex index, RevocationMetrics metrics,
    StoreMetrics store)
{
    // Of a cut-off that ends very many sessions so many facts are recorded at a time.
    private const int AtATime = 8;

    /// <exception cref="InvalidRevocationException">It breaks one of <see cref="RevocationRules"/>; nothing has changed.</exception>
    /// <exception cref="UnknownOutcomeException">The log gave no answer: it may have it.</exception>
    /// <exception cref="StoreUnavailableException">The log cannot take it; nothing has changed.</exception>
    /// <exception cref="IdempotencyConflictException">The key was used for something else.</exception>
    /// <exception cref="BudgetSpentException">There is no budget for it now; nothing has changed.</exception>
    /// <exception cref="ConfirmationNeededException">It ends so many that this is to be confirmed; nothing has changed.</exception>
    public async Task<RevocationOutcome> RevokeAsync(RevocationRequest request, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        RevocationRules.Check(request.Target, realms.All, request.AllowFuture, now);
        // What acts from a later instant on is kept as long from there.
        DateTimeOffset from = RevocationRules.BeforeOf(request.Target) is { } before && before > now ? before : now;
        SeenSession? seen = await SeenAsync(request.Target, cancellation);
        Guid id = NewId(request.IdempotencyKey, now);
        Action giveBack = await admission.AdmitAsync(request, id, seen, now, cancellation);
        try
        {
            RevocationOutcome outcome = await RevokeAsync(request, new()
            {
                Id = id,
                At = now,
                Expires = Latest(Latest(KeptFrom(from), request.Expires), seen is null ? null : CutOffSessions.Alive(seen)),
                Actor = request.Actor.Name,
                Reason = request.Reason,
                Target = request.Target,
            }, seen, cancellation);
            if (!outcome.First) giveBack();
            return outcome;
        }
        catch (Exception error) when (error is not UnknownOutcomeException)
        {
            giveBack();
            throw;
        }
    }

    private async Task<RevocationOutcome> RevokeAsync(RevocationRequest request, Fact.Revocation revocation, SeenSession? seen,
        CancellationToken cancellation)
    {
        // Rule R20, in the same append. A subject's sessions are found at once; the cut-off of a client or a realm acts before the walk
        // over all that there are, and is answered after it.
        bool endsById = cutOffs.CanEnd(request.Target), isNarrow = request.Target is Target.Subject;
        IReadOnlyList<Fact.EndedSessions> ended = endsById && isNarrow ? await cutOffs.FindAsync(revocation, cancellation) : [];
        if (ended.Count > 0) revocation = revocation with { Expires = ended.Max(fact => fact.Expires) };
        RevocationOutcome outcome = await RecordAsync(revocation, [.. ended, .. Tied(revocation, seen)], request.WaitForAll, request.Actor,
            "revoke", revocation, cancellation);
        if (outcome.Fact is not Fact.Revocation recorded || recorded.Target != request.Target) throw new IdempotencyConflictException();
        return endsById && !isNarrow && index.Acts(recorded.Id)
            ? await EndByIdAsync(recorded, outcome, request.WaitForAll, cancellation) : outcome;
    }

    private async Task<RevocationOutcome> EndByIdAsync(Fact.Revocation cutOff, RevocationOutcome outcome, bool waitForAll,
        CancellationToken cancellation)
    {
        try
        {
            foreach (Fact.EndedSessions[] some in (await cutOffs.FindAsync(cutOff, cancellation)).Chunk(AtATime))
            {
                (_, Enforced enforced) = await recorder.RecordAsync(some[^1], some[..^1], waitForAll, cancellation);
                // All of it stands for what was asked: it is enforced as far as the one that is less so.
                Enforced less = outcome.Enforced.Everywhere ? enforced : outcome.Enforced;
                outcome = outcome with { Enforced = less with { Elapsed = outcome.Enforced.Elapsed + enforced.Elapsed } };
            }
            return outcome;
        }
        catch (StoreUnavailableException error)
        {
            throw new UnknownOutcomeException(cutOff.Id,
                $"The cut-off acts, but not every session that it ends could be recorded by its id. Repeat it. {error.Message}", error);
        }
    }

    /// <summary>Undoes one revocation. It is kept at least as long as the revocation (rule R9).</summary>
    /// <exception cref="UnknownOutcomeException">The log gave no answer: it may have it.</exception>
    /// <exception cref="StoreUnavailableException">The log cannot take it; nothing has changed.</exception>
    public Task<RevocationOutcome> ReinstateAsync(Fact.Revocation revocation, Actor actor, string? reason, bool waitForAll,
        CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        return RecordAsync(new Fact.Reinstatement
        {
            Id = FactIds.Of("reinstate " + revocation.Id.ToString("N")),
            At = now,
            Expires = Latest(Latest(KeptFrom(now), revocation.Expires), index.EndsByIdUntil(revocation.Id)),
            Actor = actor.Name,
            Reason = reason,
            Of = revocation.Id,
        }, [], waitForAll, actor, "reinstate", revocation, cancellation);
    }

    // What one sign-in has given beside that session ends with it, in the same append, and is reinstated with it.
    private static IEnumerable<Fact> Tied(Fact.Revocation revocation, SeenSession? seen)
        => revocation.Target is Target.Session session && seen?.Lineage is { } lineage && lineage != session.Id
            ? [revocation with { Id = IdOf(RevocationRecords.CompanionKey(revocation.Id)), Target = session with { Id = lineage } }] : [];

    // Rule R20: what is still alive when its revocation is forgotten would be good again.
    private async ValueTask<SeenSession?> SeenAsync(Target target, CancellationToken cancellation)
    {
        if (target is not Target.Session session) return null;
        try
        {
            return await sessions.FindAsync(session.InRealm, session.Id, cancellation);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private DateTimeOffset KeptFrom(DateTimeOffset instant)
        => options.KeepFor < DateTimeOffset.MaxValue - instant ? instant + options.KeepFor : DateTimeOffset.MaxValue;

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    /// <param name="of">The revocation that the audit names.</param>
    private async Task<RevocationOutcome> RecordAsync(Fact fact, IReadOnlyList<Fact> together, bool waitForAll, Actor actor,
        string action, Fact.Revocation of, CancellationToken cancellation)
    {
        AuditEntry entry = new()
        {
            Actor = actor.Name, Address = actor.Address, Trace = actor.Trace, Action = action, Target = of.Target.FullName,
            Detail = fact.Reason is null ? $"{of.Id}" : $"{of.Id} {fact.Reason}",
        };
        string epoch = recorder.Epoch;
        Appended appended;
        Enforced enforced;
        try
        {
            (appended, enforced) = await recorder.RecordAsync(fact, together, waitForAll, cancellation);
        }
        catch (StoreUnavailableException error)
        {
            store.AppendFailed();
            if (error is UnknownOutcomeException) unknown.Add(fact, entry, epoch);
            else audit.Record(entry with { Outcome = AuditOutcome.Failed });
            throw;
        }
        // A repeat has changed nothing, unless it found out what an earlier call has changed.
        if (unknown.Known(fact.Id) || appended.First) audit.Record(entry);
        metrics.Appended(fact);
        if (waitForAll) metrics.Answered(enforced.Elapsed, enforced.Everywhere);
        return new(appended.Fact, appended.Position, appended.First, enforced);
    }

    private static Guid NewId(string? idempotencyKey, DateTimeOffset now)
        => idempotencyKey is null ? Guid.CreateVersion7(now) : IdOf(idempotencyKey);

    /// <summary>Gives the id that an Idempotency-Key gives, on any node.</summary>
    public static Guid IdOf(string idempotencyKey) => FactIds.Of("key " + idempotencyKey);

    /// <summary>Gives the key of one caller: what others send means something else.</summary>
    public static string? KeyOf(string caller, string? sent) => sent is null ? null : $"caller\n{caller.Length}\n{caller}\n{sent}";
}
