using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Sessions;

namespace Gateway.Enforcement;

/// <summary>The way of a request: read its credentials, enter the live connections, check lease and index, forward, and
/// check again when the answer begins (rule R6). A refusal is answered before a backend connection is taken.</summary>
internal sealed class EnforcementMiddleware(
    RequestDelegate next, IdentityResolver resolver, LiveConnections connections, Passage passage,
    SessionRegistry registry, RefusalWriter refusals, EnforcementMetrics metrics, ForwardingFailures failures, ClusterOptions cluster)
{
    private readonly Refusal _stale = Refusal.Unavailable(cluster.Lease) with { Cause = "stale" };

    public Task InvokeAsync(HttpContext context)
    {
        ReadingPlan plan = context.GetEndpoint()!.Metadata.GetRequiredMetadata<ReadingPlan>();
        ValueTask<Resolution> resolving = resolver.Resolve(context, plan);
        return resolving.IsCompletedSuccessfully ? Judge(context, plan.Policy, resolving.Result) : JudgeWhenRead(context, plan.Policy, resolving);
    }

    private async Task JudgeWhenRead(HttpContext context, RoutePolicy policy, ValueTask<Resolution> resolving) => await Judge(context, policy, await resolving);

    private Task Judge(HttpContext context, RoutePolicy policy, Resolution resolution)
    {
        if (resolution.Refusal is { } unreadable) return refusals.Write(context, unreadable);
        if (resolution.Identities.Count == 0 && policy.Session == SessionPolicy.Required) return refusals.Write(context, Refusal.Missing());

        Exchange exchange = Exchange.Open(context, policy, resolution.Identities, passage);
        connections.Enter(exchange);
        if (Check(exchange) is { } refusal)
        {
            connections.Leave(exchange);
            return refusals.Write(context, refusal);
        }
        IReadOnlyList<SessionIdentity> identities = exchange.Identities;
        for (int i = 0; i < identities.Count; i++) registry.Note(identities[i], context);
        if (policy.ForwardIdentity) IdentityHeaders.Set(context.Request.Headers, identities);
        metrics.RequestForwarded();
        return Forward(context, policy, exchange);
    }

    private Refusal? Check(Exchange exchange)
    {
        if (exchange.NeedsLease && !passage.IsOpen) return _stale;
        return passage.Revoked(exchange.Identities) is { } revoked ? Refusal.Unauthorized(revoked.Realm) with { Cause = "revoked" } : null;
    }

    private async Task Forward(HttpContext context, RoutePolicy policy, Exchange exchange)
    {
        try
        {
            exchange.Attach();
            try { await next(context); }
            catch (Exception) when (exchange.IsSealed) { /* being stopped; how it ends is decided below */ }
            if (!exchange.IsSealed && context.GetForwarderErrorFeature() is { } failed) failures.Tell(context, failed);
            if (await exchange.Finish() is { } refusal) await refusals.Write(context, refusal);
        }
        finally
        {
            exchange.Detach();
            connections.Leave(exchange);
            exchange.Report();
            exchange.Reuse();
        }
    }
}
