using Gateway.Configuration;
using Gateway.Observability;
using Gateway.Reading;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;
using Yarp.ReverseProxy.Model;

namespace Gateway.Enforcement;

/// <summary>The way of a request: read its credentials, enter the live connections, check lease and index, forward, and
/// check again when the answer begins (rule R6). A refusal is answered before a backend connection is taken.</summary>
internal sealed class EnforcementMiddleware(
    RequestDelegate next, RoutePolicies policies, IdentityResolver resolver, LiveConnections connections, RevocationIndex index,
    SessionRegistry registry, RefusalWriter refusals, GatewayMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        RoutePolicy policy = policies.For(context.GetReverseProxyFeature().Route.Config);
        Resolution resolution = await resolver.Resolve(context, policy);
        if (resolution.Refusal is { } unreadable)
        {
            await refusals.Write(context, unreadable, policy.Realms);
            return;
        }
        if (resolution.Identities.Count == 0 && policy.Session == SessionPolicy.Required)
        {
            await refusals.Write(context, Refusal.Missing(), policy.Realms);
            return;
        }

        LiveConnection connection = new(resolution.Identities);
        connections.Enter(connection);
        try
        {
            Interlocked.MemoryBarrier();
            if (Check(connection) is { } refusal)
            {
                await refusals.Write(context, refusal, policy.Realms);
                return;
            }
            foreach (SessionIdentity identity in resolution.Identities) registry.Note(identity, context);
            if (policy.ForwardIdentity) IdentityHeaders.Set(context.Request.Headers, resolution.Identities);
            metrics.RequestForwarded();
            await next(context);
        }
        finally
        {
            connections.Leave(connection);
        }
    }

    private Refusal? Check(LiveConnection connection)
    {
        foreach (SessionIdentity identity in connection.Identities)
            if (index.IsRevoked(identity)) return Refusal.Unauthorized(identity.Realm) with { Cause = "revoked" };
        return null;
    }
}
