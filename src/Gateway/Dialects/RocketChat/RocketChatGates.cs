using Gateway.Enforcement;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.TwoFactor;
using Microsoft.Extensions.Primitives;

namespace Gateway.Dialects.RocketChat;

/// <summary>What every call passes, in the vendor's order: who calls (401), may he (403), how often (429), with what (400), a
/// second factor (400). What needs a permission needs a second factor too.</summary>
internal sealed class RocketChatGates(CallerResolver callers, CallLimiter limiter, SecondFactor factor, AuditLog audit)
{
    private const string Unlimited = "api-bypass-rate-limit";

    /// <param name="permission">Null: everyone may.</param>
    /// <param name="source">Where the parameters stand.</param>
    /// <param name="read">Takes and checks them.</param>
    public Func<DialectCall, Task> Around<T>(
        string? permission, Func<DialectCall, ValueTask<Parameters>> source, Func<Parameters, T> read,
        Func<DialectCall, SessionIdentity, T, Task<RocketChatAnswer>> answer)
        => async call =>
        {
            RocketChatAnswer result;
            try
            {
                (SessionIdentity caller, string token) = await AuthenticateAsync(call);
                if (permission is not null && !caller.Permissions.Contains(permission))
                    throw new RocketChatException(RocketChatAnswer.Forbidden);
                string address = call.Context.Connection.RemoteIpAddress?.ToString() ?? "";
                if (!caller.Permissions.Contains(Unlimited)) limiter.Count(call, address);
                T parameters = read(await source(call));
                if (permission is not null) await ProveAsync(call, caller, token, address);
                result = await answer(call, caller, parameters);
            }
            catch (RocketChatException error)
            {
                result = error.Answer;
            }
            catch (MailNotSentException)
            {
                result = RocketChatAnswer.MailNotSent;
            }
            await result.WriteAsync(call.Response);
        };

    private async Task<(SessionIdentity Caller, string Token)> AuthenticateAsync(DialectCall call)
    {
        string? token = One(call.Request.Headers["X-Auth-Token"]), user = One(call.Request.Headers["X-User-Id"]);
        if (token is null || user is null) throw new RocketChatException(RocketChatAnswer.Unauthorized);
        Verdict caller = await callers.CallerAsync(call, token);
        if (caller.Standing == Standing.Unavailable) throw new RocketChatException(RocketChatAnswer.Unavailable);
        return caller is { Standing: Standing.Good, Identity: { } identity } && identity.Subject == user
            ? (identity, token)
            : throw new RocketChatException(RocketChatAnswer.Unauthorized);
    }

    private async Task ProveAsync(DialectCall call, SessionIdentity caller, string token, string address)
    {
        IHeaderDictionary headers = call.Request.Headers;
        FactorOutcome outcome = await factor.CheckAsync(new(
            new FactorOwner(call.Realm, caller.Subject!), headers["X-2fa-Code"], headers["X-2fa-Method"], token,
            headers.UserAgent.ToString(), address), call.Context.RequestAborted);
        if (outcome.Verdict is FactorVerdict.Invalid or FactorVerdict.TooManyAttempts)
            audit.Record(call.Actor(caller.Subject), "second factor", outcome: AuditOutcome.Refused, detail: outcome.Method);
        if (outcome.Verdict != FactorVerdict.Passed) throw new RocketChatException(RocketChatAnswer.Challenge(outcome));
    }

    // Two that differ prove nobody.
    private static string? One(StringValues values)
        => values.Count > 0 && !string.IsNullOrEmpty(values[0]) && values.All(value => value == values[0]) ? values[0] : null;

    // The same client counts as one, whichever way the socket names it.
}
