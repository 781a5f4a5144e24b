using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>
/// The one place that says who may pass (rules R6 and R19): credentials, their tokens, every spelling of each, the lease, the
/// index. The proxy, the dialects, the management API and every feed ask here: when a request comes, when it has entered the
/// live connections, and when its answer begins. Nobody else asks the index about anybody.
/// </summary>
internal sealed class SessionGate(Lease lease, RevocationIndex index, LiveConnections connections, CopyResolver copies, ClusterOptions cluster) : IRevocationEnforcer
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly Refusal _stale = Refusal.Unavailable(cluster.Lease) with { Cause = "stale" };

    /// <summary>Whether this node may say of anybody that he is good.</summary>
    public bool IsOpen => lease.IsUsable;

    /// <summary>Who a request is, by all the credentials in it that its route reads. What is revoked or does not verify is refused
    /// here; the good are asked for again once they have entered. Completes synchronously, and allocates nothing, when every
    /// token is known.</summary>
    public ValueTask<Verdict> IdentifyAsync(HttpContext context, ReadingPlan plan)
    {
        if (plan.ReadsNothing) return new(CopyVerdicts.Without(plan.Policy));
        CopyBuffer buffer = default;
        Span<Copy> found = plan.Count <= CopyBuffer.Capacity ? ((Span<Copy>)buffer)[..plan.Count] : new Copy[plan.Count];
        if (RequestCredentials.Read(context.Request, plan, found) is { } complaint) return new(Verdict.Malformed(complaint));
        if (plan.HasFormlessSchemes && Hidden(context.Request.Headers, plan) is { } hidden) return new(hidden);

        CopyVerdicts verdicts = default;
        for (int at = 0; at < found.Length; at++)
        {
            if (found[at].Reader is null) continue;
            ValueTask<TokenResult> asked = copies.ResolveAsync(found[at], context, out string realm);
            if (!asked.IsCompletedSuccessfully) return IdentifyLaterAsync(context, plan, verdicts, asked, realm, found[(at + 1)..].ToArray());
            Add(ref verdicts, asked.Result, realm);
        }
        return new(verdicts.Together(plan.Policy));
    }

    private async ValueTask<Verdict> IdentifyLaterAsync(HttpContext context, ReadingPlan plan, CopyVerdicts verdicts, ValueTask<TokenResult> asked, string realm, Copy[] left)
    {
        Add(ref verdicts, await asked, realm);
        foreach (Copy copy in left)
            if (copy.Reader is not null) Add(ref verdicts, await copies.ResolveAsync(copy, context, out realm), realm);
        return verdicts.Together(plan.Policy);
    }

    /// <summary>How one token stands that a caller names itself, whatever else the request carries.</summary>
    /// <param name="location">Where the request has it; null for the realm's first location.</param>
    public async ValueTask<Verdict> JudgeAsync(HttpContext context, string realm, CredentialLocation? location, string token)
    {
        TokenResult result = await copies.ResolveAsync(realm, location, token, context);
        if (result.Failure != TokenFailure.None) return new(result.Failure == TokenFailure.Unavailable ? Standing.Unavailable : Standing.Invalid, []) { Realm = realm };
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

    /// <summary>Whether what is open may go on.</summary>
    public Verdict Check(LiveConnection connection) => connection.IsSealed ? Ended(connection) : Check(connection.Identities, connection.NeedsLease);

    private static Verdict Ended(LiveConnection connection) => connection.Cause.EndsSession
        ? Verdict.Revoked(connection.Identities[0], TargetKind.None, connection.Identities) : Verdict.Stale(connection.Identities);

    private Verdict Check(IReadOnlyList<SessionIdentity> identities, bool needsLease)
    {
        // The lease first: what the index says counts only while this node may say anything.
        if (needsLease && !lease.IsUsable) return Verdict.Stale(identities);
        for (int i = 0; i < identities.Count; i++)
            if (index.RevokedBy(identities[i]) is var kind and not TargetKind.None) return Verdict.Revoked(identities[i], kind, identities);
        return Verdict.Good(identities);
    }

    /// <summary>The first of these that the index refuses, or null.</summary>
    public SessionIdentity? Revoked(IReadOnlyList<SessionIdentity> identities)
    {
        for (int i = 0; i < identities.Count; i++)
            if (index.RevokedBy(identities[i]) != TargetKind.None) return identities[i];
        return null;
    }

    /// <summary>What has ended a session that was seen; for lists.</summary>
    public TargetKind RevokedBy(SessionIdentity identity) => index.RevokedBy(identity);

    /// <summary>Tells whom these targets would end who has not been ended yet; for previews.</summary>
    public Func<SessionIdentity, bool> WouldEnd(IEnumerable<Target> targets, DateTimeOffset at)
    {
        RevocationIndex trial = index.Of(targets, at);
        return identity => trial.RevokedBy(identity) != TargetKind.None && index.RevokedBy(identity) == TargetKind.None;
    }

    /// <summary>After the index has changed: seals each open connection that it now refuses. Done when nothing of them passes any
    /// more, in either direction.</summary>
    public Task EnforceAsync()
    {
        Interlocked.MemoryBarrier();   // after the index, before the look at who is open
        connections.Seal(connection =>
        {
            IReadOnlyList<SessionIdentity> identities = connection.Identities;
            for (int i = 0; i < identities.Count; i++)
                if (index.RevokedBy(identities[i]) is var kind and not TargetKind.None) return (EndCause)kind;
            return EndCause.None;
        });
        return connections.Settled();
    }

    /// <summary>How a verdict is told to whoever may not pass.</summary>
    public Refusal RefusalOf(in Verdict verdict) => verdict.Standing switch
    {
        Standing.Missing => Refusal.Missing(),
        Standing.Malformed => Refusal.BadRequest(verdict.Complaint!),
        Standing.Unavailable => verdict.IsStale ? _stale : Refusal.Unavailable(AskAgain),
        Standing.Revoked => Refusal.Unauthorized(verdict.Realm) with { Cause = "revoked" },
        _ => Refusal.Unauthorized(verdict.Realm),
    };

    private void Add(ref CopyVerdicts verdicts, in TokenResult result, string realm) => verdicts.Add(Of(result), realm, result.Identities);

    private Standing Of(in TokenResult result)
    {
        if (result.Failure == TokenFailure.None) return Standing.Good;
        if (result.Claimed is { } claimed && IsKnownRevoked(claimed)) return Standing.Revoked;
        return result.Failure == TokenFailure.Unavailable ? Standing.Unavailable : Standing.Invalid;
    }

    // Reading rule 10. What is not known of an unverified token proves nothing: without its time no cut-off can be told to meet it.
    private bool IsKnownRevoked(SessionIdentity claimed)
        => index.RevokedBy(claimed) is var cause and not TargetKind.None && (cause is TargetKind.Session or TargetKind.Token || claimed.AuthenticatedSecond is not null);

    private Verdict? Hidden(IHeaderDictionary headers, ReadingPlan plan)
    {
        foreach (SessionIdentity hidden in HiddenTokens.In(headers, plan))
            if (index.RevokedBy(hidden) is var kind and (TargetKind.Session or TargetKind.Token)) return Verdict.Revoked(hidden, kind, []);
        return null;
    }
}
