using Gateway.Credentials;
using Gateway.Enforcement.Messages;
using Gateway.Http;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Enforcement;

/// <summary>The way of a request through the proxy, as rule R6 has it; the session gate says at each step whether it goes on. A
/// refusal is answered before a backend connection is taken.</summary>
internal sealed class EnforcementMiddleware(
    RequestDelegate next, SessionGate gate, ExchangeServices services, SessionRegistry registry, RefusalWriter refusals, RefusalLog log,
    EnforcementMetrics metrics, ForwardingFailures failures)
{
    public Task InvokeAsync(HttpContext context)
    {
        ReadingPlan plan = context.GetEndpoint()!.Metadata.GetRequiredMetadata<ReadingPlan>();
        ValueTask<Verdict> identifying = gate.IdentifyAsync(context, plan);
        return identifying.IsCompletedSuccessfully
            ? PassAsync(context, plan.Policy, identifying.Result)
            : PassLaterAsync(context, plan.Policy, identifying);
    }

    private async Task PassLaterAsync(HttpContext context, RoutePolicy policy, ValueTask<Verdict> identifying)
        => await PassAsync(context, policy, await identifying);

    private Task PassAsync(HttpContext context, RoutePolicy policy, in Verdict caller)
    {
        if (policy.Messages != MessagePolicy.None && SockJs.Prepare(context) is { } unread) return refusals.WriteAsync(context, unread);
        // What is revoked is refused, whatever the route says.
        if (policy.Mode == EnforcementMode.Report && caller.Standing != Standing.Revoked) Report(context, policy, caller);
        else if (!caller.IsGood) return refusals.WriteAsync(context, gate.RefusalOf(caller, context));
        ProxiedExchange exchange = ProxiedExchange.Open(context, policy, caller.Identities, services);
        Verdict verdict = gate.Enter(exchange);
        if (!verdict.IsGood) return refusals.WriteAsync(context, gate.RefusalOf(verdict, context));
        IReadOnlyList<SessionIdentity> identities = exchange.Identities;
        for (int i = 0; i < identities.Count; i++)
        {
            if (identities[i].IsUnproven) exchange.NoteOnceAccepted(registry);
            else registry.Note(identities[i], context);
        }
        if (policy.ForwardIdentity) IdentityHeaders.Set(context.Request.Headers, identities);
        metrics.RequestForwarded();
        return ForwardAsync(context, exchange);
    }

    private void Report(HttpContext context, RoutePolicy policy, in Verdict caller)
    {
        bool isStale = policy is { WhenStale: WhenStale.Reject, Session: not SessionPolicy.Ignore } && !gate.IsOpen;
        Verdict verdict = caller.IsGood && isStale ? Verdict.Stale([]) : caller;
        if (!verdict.IsGood) log.Reported(context, gate.RefusalOf(verdict, context));
    }

    private async Task ForwardAsync(HttpContext context, ProxiedExchange exchange)
    {
        try
        {
            exchange.Attach();
            try { await next(context); }
            catch (Exception) when (exchange.IsSealed) { /* being stopped; how it ends is decided below */ }
            // Under the gate, as an answer of the backend's would be: whoever has been ended meanwhile is told that instead.
            if (!exchange.IsSealed && failures.Tell(context) is { } failure && !context.Response.HasStarted)
                await refusals.WriteAsync(context, failure);
            if (await exchange.FinishAsync() is { } refusal) await refusals.WriteAsync(context, refusal);
        }
        finally
        {
            exchange.Detach();
            gate.Leave(exchange);
            exchange.Report();
            exchange.Reuse();
        }
    }
}
