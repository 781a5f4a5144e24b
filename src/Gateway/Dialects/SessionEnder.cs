using System.Globalization;
using Gateway.Dialects.Forwarding;
using Gateway.Credentials;
using Gateway.Enforcement;
using Gateway.Logout;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Dialects;

/// <summary>Turns "end this" into a revocation, says on the answer how far it is enforced, and passes the call on to the
/// application where the configuration asks for it.</summary>
internal sealed partial class SessionEnder(
    RevocationService revocations, FactBudgets budgets, RevocationIndex index, SessionGate gate, ForwardQueue forwarding, RealmSet realms,
    ILogger<SessionEnder> logger)
{
    private const int Reinstatements = 32;

    /// <summary>By which an administrator confirms how many sessions end, where the vendor's call has no place for it.</summary>
    public const string Confirmation = "Gateway-Confirm";

    /// <summary>Records a revocation; when it returns the revocation is enforced as the headers say.</summary>
    /// <param name="actor">Who asked: a subject or a key's name, never a token.</param>
    /// <param name="right">By what right.</param>
    /// <exception cref="StoreUnavailableException">The log cannot take it; nothing has changed.</exception>
    public async Task<RevocationOutcome> EndAsync(DialectCall call, Target target, string? actor, RevocationRight right)
    {
        bool forward = await MayForwardAsync(call);
        return await EndedAsync(call, await RevokeAsync(call, target, actor, right, key: null), forward);
    }

    /// <summary>Gives the same for a target whose ending is final: a repeat, on any node, finds the first revocation and gives
    /// the same outcome, and the log does not grow. After a reinstatement a new one is recorded.</summary>
    /// <exception cref="StoreUnavailableException">The log cannot take it; nothing has changed.</exception>
    public async Task<RevocationOutcome> EndOnceAsync(DialectCall call, Target.Session target, string? actor, RevocationRight right)
    {
        // The line break keeps these keys apart from any that a client can send in a header.
        string key = $"session\n{target.InRealm}\n{target.Id.Length}\n{target.Id}\n{target.OfSubject}";
        bool forward = await MayForwardAsync(call);
        for (int generation = 0; generation < Reinstatements; generation++)
        {
            RevocationOutcome outcome = await RevokeAsync(call, target, actor, right, $"{key}\n{generation}");
            if (index.Acts(outcome.Fact.Id)) return await EndedAsync(call, outcome, forward);
        }
        return await EndedAsync(call, await RevokeAsync(call, target, actor, right, key: null), forward);
    }

    /// <summary>Has nothing to end here, and passes the call on all the same where the configuration asks for it.</summary>
    /// <exception cref="BudgetSpentException">The caller has done so very often.</exception>
    public async Task EndUnknownAsync(DialectCall call, string subject)
    {
        if (!await MayForwardAsync(call)) return;
        if (budgets.Take(own: true, $"{call.Realm}\n{subject}") is { } spent) throw new BudgetSpentException(spent.Again);
        await forwarding.EnqueueAsync(call);
    }

    private Task<RevocationOutcome> RevokeAsync(DialectCall call, Target target, string? actor, RevocationRight right, string? key)
    {
        if (GatedCall.Of(call.Context)?.Commit() is { IsGood: false } refused)
            throw new DialectException(refused.Standing == Standing.Unavailable
                ? DialectFailure.Unavailable
                : DialectFailure.Unauthenticated);
        // A client that goes away does not stop its own logout: it must not end half done.
        return revocations.RevokeAsync(new(target, call.Actor(actor))
        {
            IdempotencyKey = key, Right = right, Confirm = right == RevocationRight.Administrator ? ConfirmedBy(call) : null,
        }, CancellationToken.None);
    }

    private static int? ConfirmedBy(DialectCall call)
        => int.TryParse(call.Request.Headers[Confirmation], NumberStyles.None, CultureInfo.InvariantCulture, out int sessions)
            ? sessions : null;

    /// <summary>Asks before anything has changed: a body that cannot be read is refused, not half done; and a request that
    /// shows another credential, which is revoked or can be read in two ways, is not passed on with it.</summary>
    private async ValueTask<bool> MayForwardAsync(DialectCall call)
    {
        if (call.Dialect.Options.Then != DialectThen.Forward) return false;
        await call.BodyAsync();
        if (call.IsManagement || call.Context.GetEndpoint()?.Metadata.GetMetadata<ReadingPlan>() is not { } plan) return true;
        Verdict others = await gate.IdentifyAsync(call.Context, plan);
        if (others.IsGood && gate.Revoked(others.Identities) is null) return true;
        OtherCredential(logger, call.Dialect.Name);
        return false;
    }

    private async ValueTask<RevocationOutcome> EndedAsync(DialectCall call, RevocationOutcome outcome, bool forward)
    {
        call.Response.Headers["Gateway-Revocation"] = outcome.Fact.Id.ToString();
        call.Response.Headers["Gateway-Enforced"] = string.Create(CultureInfo.InvariantCulture,
            $"{outcome.Enforced.Nodes}/{outcome.Enforced.Of}");
        if (!forward) return outcome;
        await forwarding.EnqueueAsync(call);
        // The application will answer otherwise about this session from now on, also after a reinstatement.
        if (outcome.Fact is Fact.Revocation { Target: var target } && realms.Find(call.Realm)?.Cache is { } cache)
            cache.Forget(gate.WouldEnd([target], outcome.Fact.At));
        return outcome;
    }

    [LoggerMessage(EventId = 1409, Level = LogLevel.Warning,
        Message = "A logout over the {Dialect} dialect is enforced, but its request shows another credential that is not good: the "
            + "application is not told.")]
    private static partial void OtherCredential(ILogger logger, string dialect);
}
