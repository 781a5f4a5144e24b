using System.Net.Http.Headers;
using System.Security.Principal;
using Gateway.Configuration;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>Lets a call through with a management key, or with a realm's token that carries the permission
/// <c>gateway.admin</c>. Both stand in the Authorization header and nowhere else, so that no page in a browser can make
/// a call with what the browser would add by itself.</summary>
internal sealed class ManagementGate(RequestDelegate next, ManagementKeys keys, GatewayOptions options, TokenResolver tokens, RevocationIndex index, ManagementAudit audit)
{
    private const string Permission = "gateway.admin";

    private readonly string[] _realms = [.. options.Realms.Where(realm => realm.Value.Permissions.Grants.Values.Any(grants => grants.Contains(Permission))).Select(realm => realm.Key)];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<NoKeyNeeded>() is null)
        {
            if (context.Request.Headers.Authorization is not [{ } header] || !AuthenticationHeaderValue.TryParse(header, out AuthenticationHeaderValue? value)
                || !value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(value.Parameter))
                throw Unauthorized(context, null, "Send a management key as 'Authorization: Bearer KEY'. 'key create NAME' makes one.");
            string? actor = await keys.Owner(value.Parameter, context.RequestAborted) is { } name ? "key " + name : await Holder(context, value.Parameter);
            context.User = new GenericPrincipal(new GenericIdentity(actor, "management"), null);
        }
        await next(context);
    }

    private async Task<string> Holder(HttpContext context, string token)
    {
        bool unavailable = false;
        foreach (string realm in _realms)
        {
            TokenResult result = await tokens.Resolve(realm, token, context.Request.Headers, context.RequestAborted);
            unavailable |= result.Failure == TokenFailure.Unavailable;
            if (result.Identity is not { } identity || index.IsRevoked(identity)) continue;
            string actor = $"{realm} {identity.Subject ?? identity.SessionId}";
            if (identity.Permissions.Contains(Permission)) return actor;
            audit.Refused(context, actor);
            throw new CallRefusedException(StatusCodes.Status403Forbidden, $"The token does not carry the permission {Permission}.");
        }
        if (!unavailable) audit.Refused(context, "anonymous");
        throw unavailable ? new CallRefusedException(StatusCodes.Status503ServiceUnavailable, "Whether this token is good cannot be told now. Try again, or use a management key.")
            : Unauthorized(context, "invalid_token", "This is no management key and no valid token.");
    }

    private static CallRefusedException Unauthorized(HttpContext context, string? error, string detail)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.WWWAuthenticate = error is null ? "Bearer realm=\"gateway management\"" : $"Bearer realm=\"gateway management\", error=\"{error}\"";
            return Task.CompletedTask;
        });
        return new(StatusCodes.Status401Unauthorized, detail);
    }
}
