using Gateway.Cluster;
using Gateway.Credentials;
using Gateway.Enforcement.Endings;
using Gateway.Http;
using Gateway.Logout;
using Gateway.Realms;
using Gateway.Realms.Jwt;
using Gateway.Revocation;
using Microsoft.Extensions.Primitives;

namespace Gateway.Enforcement;

/// <summary>
/// The one place that says who may pass (rules R6 and R19): credentials, their tokens, every spelling of each, the lease, the
/// index. The proxy, the dialects, the management API and every feed ask here: when a request comes, when it has entered the
/// live connections, and when its answer begins. Nobody else asks the index about anybody.
/// </summary>
internal sealed class SessionGate(
    Lease lease, RevocationIndex index, LiveConnections connections, CopyJudge copies, RefusedSessions refused, ClusterOptions cluster)
    : IRevocationEnforcer
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly Refusal _stale = Refusal.Unavailable(cluster.Lease) with
    {
        Cause = "stale", Reason = new("this node holds no usable lease"),
    };

    /// <summary>Whether this node may say of anybody that he is good.</summary>
    public bool IsOpen => lease.IsUsable;

    /// <summary>Whether a route that serves when stale may do so now.</summary>
    public bool MayServeStale => lease.MayServeStale;

    /// <summary>Tells who a request is, by every copy of a credential in it that its route reads. What does not verify is taken out of the
    /// request; the good are asked for again once they have entered. Completes synchronously, and allocates nothing, when every
    /// token is known.</summary>
    public ValueTask<Verdict> IdentifyAsync(HttpContext context, ReadingPlan plan)
    {
        if (plan.ReadsNothing) return new(CopyVerdicts.Without(context.Request, plan.Policy));
        foreach (string companion in plan.Companions)
            if (IsAmbiguous(context.Request.Headers[companion]))
                return new(Verdict.Malformed($"The header {companion} is sent with two different values. Send one."));
        foreach (string companion in plan.CompanionCookies)
            if (CompanionValues.IsAmbiguous(context.Request.Headers.Cookie, companion))
                return new(Verdict.Malformed($"The cookie {companion} is sent with two different values. Send one."));
        CopyList found = default;
        RequestCopies.Find(context.Request, plan, ref found);
        if (found.Count == 0) return new(CopyVerdicts.Without(context.Request, plan.Policy));
        if (found.Crowded is { } crowded)
            return new(Verdict.Malformed($"The request holds more than {CopyList.MostAtOneLocation} values for the {crowded}. Send one."));

        CopyVerdicts verdicts = default;
        for (int at = 0; at < found.Count; at++)
        {
            Copy copy = found[at];
            if (copy.IsOfOtherRealms)
            {
                verdicts.TakeOut(copy);
                continue;
            }
            ValueTask<CopyVerdict> judged = copies.JudgeAsync(copy, context);
            if (!judged.IsCompletedSuccessfully) return IdentifyLaterAsync(context, plan, verdicts, judged, found, at);
            Add(ref verdicts, copy, judged.Result);
        }
        return new(verdicts.Together(context.Request, plan.Policy));
    }

    private async ValueTask<Verdict> IdentifyLaterAsync(HttpContext context, ReadingPlan plan, CopyVerdicts verdicts,
        ValueTask<CopyVerdict> judged, CopyList found, int at)
    {
        Add(ref verdicts, found[at], await judged);
        for (at++; at < found.Count; at++)
        {
            Copy copy = found[at];
            if (copy.IsOfOtherRealms) verdicts.TakeOut(copy);
            else Add(ref verdicts, copy, await copies.JudgeAsync(copy, context));
        }
        return verdicts.Together(context.Request, plan.Policy);
    }

    /// <summary>Tells how one token stands that a caller names itself, whatever else the request carries.</summary>
    /// <param name="location">Where the request has it; null for the realm's first location.</param>
    public async ValueTask<Verdict> JudgeAsync(HttpContext context, string realm, CredentialLocation? location, string token)
    {
        TokenResult result = await copies.ResolveAsync(realm, location, token, context);
        if (result.Failure != TokenFailure.None)
        {
            RefusalReason reason = (result.Reason ?? new("it does not verify")) with { Realm = realm, Location = location?.ToString() };
            Standing standing = result.Failure == TokenFailure.Unavailable ? Standing.Unavailable : Standing.Invalid;
            return new(standing, []) { Realm = realm, Reason = reason };
        }
        // The lease first: what the index says counts only while this node may say anything.
        bool open = lease.IsUsable;
        Verdict verdict = Check(result.Identities, needsLease: false);
        return verdict.IsGood && !open ? Verdict.Stale(result.Identities) : verdict;
    }

    /// <summary>Makes it a live connection, and asks once more: a revocation that is applied at the same time is seen by one of
    /// the two sides (rule R6). One that may not pass is out again.</summary>
    public Verdict Enter(LiveConnection connection)
    {
        connections.Enter(connection);
        Verdict verdict = Check(connection);
        if (!verdict.IsGood) connections.Leave(connection);
        return verdict;
    }

    public void Leave(LiveConnection connection) => connections.Leave(connection);

    /// <summary>Tells whether what is open may go on.</summary>
    public Verdict Check(LiveConnection connection) => connection.IsSealed ? Ended(connection)
        : Check(connection.Identities, connection.NeedsLease);

    /// <summary>Looks at an open connection that belongs to more sessions than it did: whoever may not go on is sealed (rule R6).</summary>
    public void CheckTied(LiveConnection connection)
    {
        Interlocked.MemoryBarrier();   // after its identities, before the look at the index
        connections.EndsEarlier(connection);
        Verdict verdict = Check(connection.Identities, needsLease: false);
        if (!verdict.IsGood) connections.Seal(connection, (EndCause)verdict.RevokedBy);
    }

    /// <summary>Ends an open connection.</summary>
    public void End(LiveConnection connection, EndCause cause) => connections.Seal(connection, cause);

    private static Verdict Ended(LiveConnection connection) => connection.Cause.EndsSession
        ? Verdict.Revoked(connection.Identities[0], TargetKind.None, connection.Identities) : Verdict.Stale(connection.Identities);

    public Verdict Check(IReadOnlyList<SessionIdentity> identities, bool needsLease)
    {
        // The lease first: what the index says counts only while this node may say anything.
        if (needsLease && !lease.IsUsable) return Verdict.Stale(identities);
        for (int i = 0; i < identities.Count; i++)
            if (RefusedBy(identities[i]) is var kind and not TargetKind.None) return Verdict.Revoked(identities[i], kind, identities);
        return Verdict.Good(identities);
    }

    // Rule R20: what a cut-off has once refused stays refused.
    private TargetKind RefusedBy(SessionIdentity identity)
    {
        TargetKind kind = index.RevokedBy(identity);
        if (kind.IsCutOff) refused.Note(identity);
        return kind;
    }

    /// <summary>Gives the first of these that the index refuses, or null.</summary>
    public SessionIdentity? Revoked(IReadOnlyList<SessionIdentity> identities)
    {
        for (int i = 0; i < identities.Count; i++)
            if (index.RevokedBy(identities[i]) != TargetKind.None) return identities[i];
        return null;
    }

    /// <summary>Tells what has ended a session that was seen; for lists.</summary>
    public TargetKind RevokedBy(SessionIdentity identity) => index.RevokedBy(identity);

    /// <summary>Tells whom these targets would end who has not been ended yet; for previews.</summary>
    public Func<SessionIdentity, bool> WouldEnd(IEnumerable<Target> targets, DateTimeOffset at) => index.EndsAnew(targets, at);

    /// <summary>Seals, after the index has changed, each open connection that it now refuses. Done when nothing of them passes any
    /// more, in either direction.</summary>
    public Task EnforceAsync()
    {
        Interlocked.MemoryBarrier();   // after the index, before the look at who is open
        connections.Seal(connection =>
        {
            IReadOnlyList<SessionIdentity> identities = connection.Identities;
            for (int i = 0; i < identities.Count; i++)
                if (RefusedBy(identities[i]) is var kind and not TargetKind.None) return (EndCause)kind;
            return EndCause.None;
        });
        return connections.SettledAsync();
    }

    /// <summary>Tells how a verdict is told to whoever may not pass, and to the operator why.</summary>
    public Refusal RefusalOf(in Verdict verdict, HttpContext context) => verdict.Standing switch
    {
        Standing.Missing => Refusal.Missing() with { Reason = new("the route wants a credential and there is none that it reads") },
        Standing.Malformed => Refusal.BadRequest(verdict.Complaint!),
        Standing.Unavailable => verdict.IsStale ? _stale : Refusal.Unavailable(AskAgain) with { Reason = verdict.Reason },
        Standing.Revoked => RefusalOfRevoked(verdict, context),
        _ => Refusal.Unauthorized(verdict.Realm) with { Cookie = verdict.Cookie, Reason = verdict.Reason },
    };

    /// <summary>Refuses an exchange whose answer had not begun when it was ended.</summary>
    public Refusal RefusalOfEnded(LiveConnection connection, HttpContext context)
    {
        if (!connection.Cause.EndsSession)
        {
            RefusalReason? reason = connection.Cause == EndCause.Stopping ? new("this node is stopping") : _stale.Reason;
            return Refusal.Unavailable(AskAgain) with { Cause = "stale", Reason = reason };
        }
        SessionIdentity? revoked = Revoked(connection.Identities);
        string check = revoked is not null ? EndedBy(index.RevokedBy(revoked))
            : connection.Cause == EndCause.Expired ? "its token expired while the request waited" : EndedBy(TargetKind.None);
        Refusal refusal = RefusalOf(revoked ?? (connection.Identities.Count > 0 ? connection.Identities[0] : null), check, context);
        return connection.Cause == EndCause.Expired ? refusal with { Cause = "expired" } : refusal;
    }

    private Refusal RefusalOfRevoked(in Verdict verdict, HttpContext context) => verdict.Refused is { } identity
        ? RefusalOf(identity, EndedBy(verdict.RevokedBy), context)
        : Refusal.Unauthorized(verdict.Realm) with { Cause = "revoked", Cookie = verdict.Cookie, Reason = verdict.Reason };

    private Refusal RefusalOf(SessionIdentity? ended, string check, HttpContext context)
    {
        Copy? copy = ended is null ? null : CopyOf(ended, context);
        RefusalReason reason = copy is { } found ? UnverifiedJwt.Reason(check, found.Text) : new(check);
        reason = reason with { Location = copy?.Location.ToString(), Realm = ended?.Realm, ExpiresAt = ended?.ExpiresAt };
        return Refusal.Unauthorized(ended?.Realm) with { Cause = "revoked", Cookie = copy?.Cookie, Reason = reason };
    }

    private static string EndedBy(TargetKind kind)
        => kind == TargetKind.None ? "its session was ended" : $"a revocation of its {kind.Word} ends it";

    // The copy that stands for an identity is looked for only when it is refused.
    private Copy? CopyOf(SessionIdentity identity, HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ReadingPlan>() is not { ReadsNothing: false } plan) return null;
        CopyList found = default;
        RequestCopies.Find(context.Request, plan, ref found);
        if (found.Count == 1) return found[0];
        for (int at = 0; at < found.Count; at++)
        {
            // A moment ago it was judged: what is not remembered any more is not asked for again.
            ValueTask<CopyVerdict> judged = copies.JudgeAsync(found[at], context);
            if (!judged.IsCompletedSuccessfully) _ = judged.AsTask().ContinueWith(static done => done.Exception, TaskScheduler.Default);
            else if (judged.Result.Identities.Any(one => one.Realm == identity.Realm && one.Fingerprint == identity.Fingerprint))
                return found[at];
        }
        return null;
    }

    private void Add(ref CopyVerdicts verdicts, Copy copy, in CopyVerdict verdict)
        => verdicts.Add(copy, verdict, isRevoked: IsAnyKnownRevoked(verdict.Claims));

    private bool IsAnyKnownRevoked(IReadOnlyList<SessionIdentity> claims)
    {
        for (int at = 0; at < claims.Count; at++)
            if (IsKnownRevoked(claims[at])) return true;
        return false;
    }

    // Reading rule 10. What is not known of an unverified token proves nothing: without its time no cut-off can be told to meet it.
    private bool IsKnownRevoked(SessionIdentity claimed)
        => index.RevokedBy(claimed) is var cause and not TargetKind.None
            && (cause is TargetKind.Session or TargetKind.Token || claimed.AuthenticatedSecond is not null);

    private static bool IsAmbiguous(StringValues values)
    {
        for (int at = 1; at < values.Count; at++)
            if (values[at] != values[0]) return true;
        return false;
    }
}
