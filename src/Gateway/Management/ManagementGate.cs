using System.Net.Http.Headers;
using System.Security.Principal;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Management;

/// <summary>Lets a call through with a management key, or with a realm's token that carries the permission
/// <c>gateway.admin</c>. Both stand in the Authorization header and nowhere else, so that no page in a browser can make
/// a call with what the browser would add by itself. A token stands under the session gate as everywhere; a key of the
/// configuration works on a stale node too, or nobody could look at one.</summary>
internal sealed class ManagementGate(
    RequestDelegate next, ManagementKeys keys, RealmsOptions realms, SessionGate gate, GatedCalls calls, AuditLog audit,
    RefusalTally strangers)
{
    public const string Permission = "gateway.admin";

    private static readonly RoutePolicy OfKeys = new() { Session = SessionPolicy.Ignore };
    private static readonly RoutePolicy OfTokens = new() { Session = SessionPolicy.Required, EndAtExpiry = true };

    private readonly string[] _realms =
    [
        .. realms.Where(realm => realm.Value.Permissions.Grants.Values.Any(grants => grants.Contains(Permission)))
            .Select(realm => realm.Key),
    ];

    public Task InvokeAsync(HttpContext context)
        => context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<NoKeyNeeded>() is null
            ? GuardAsync(context) : next(context);

    private async Task GuardAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization is not [{ } header]
            || !AuthenticationHeaderValue.TryParse(header, out AuthenticationHeaderValue? value)
            || !value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(value.Parameter))
            throw Unauthorized(context, null, "Send a management key as 'Authorization: Bearer KEY'. 'key create NAME' makes one.");
        if (await keys.OwnerAsync(value.Parameter, context.RequestAborted) is { } key)
        {
            context.Features.Set(new PresentedKey(key));
            await AnswerAsync(context, "key " + key, OfKeys, []);
            return;
        }
        (string actor, IReadOnlyList<SessionIdentity> identities) = await HolderAsync(context, value.Parameter);
        await AnswerAsync(context, actor, OfTokens, identities);
    }

    private Task AnswerAsync(HttpContext context, string actor, RoutePolicy policy, IReadOnlyList<SessionIdentity> identities)
    {
        context.User = new GenericPrincipal(new GenericIdentity(actor, "management"), null);
        return calls.RunAsync(context, call =>
        {
            Verdict verdict = call.Enter(policy, identities);
            return verdict.IsGood ? next(context) : throw new CallRefusedException(gate.RefusalOf(verdict, context));
        });
    }

    private async Task<(string Actor, IReadOnlyList<SessionIdentity> Identities)> HolderAsync(HttpContext context, string token)
    {
        bool unavailable = false;
        foreach (string realm in _realms)
        {
            Verdict verdict = await gate.JudgeAsync(context, realm, null, token);
            unavailable |= verdict.Standing == Standing.Unavailable;
            if (!verdict.IsGood || verdict.Identity is not { } identity) continue;
            string actor = $"{realm} {identity.Subject ?? identity.SessionId}";
            if (identity.Permissions.Contains(Permission)) return (actor, verdict.Identities);
            Refused(context, actor);
            throw new CallRefusedException(StatusCodes.Status403Forbidden, $"The token does not carry the permission {Permission}.");
        }
        if (!unavailable) strangers.Refused(Actor.Of(context, "anonymous"), $"{context.Request.Method} {context.Request.Path}");
        throw unavailable
            ? new CallRefusedException(StatusCodes.Status503ServiceUnavailable,
                "Whether this token is good cannot be told now. Try again, or use a management key.")
            : Unauthorized(context, "invalid_token", "This is no management key and no valid token.");
    }

    private void Refused(HttpContext context, string actor)
        => audit.Record(Actor.Of(context, actor), $"{context.Request.Method} {context.Request.Path}", outcome: AuditOutcome.Refused);

    private static CallRefusedException Unauthorized(HttpContext context, string? error, string detail)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"gateway management\"" + (error is null
                ? ""
                : $", error=\"{error}\"");
            return Task.CompletedTask;
        });
        return new(StatusCodes.Status401Unauthorized, detail);
    }
}
