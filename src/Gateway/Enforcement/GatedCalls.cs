using Gateway.Http;

namespace Gateway.Enforcement;

/// <summary>Answers calls under the session gate.</summary>
internal sealed class GatedCalls(SessionGate gate, ExchangeServices services, RefusalWriter refusals)
{
    /// <param name="answer">Lets the caller in as soon as it knows who calls.</param>
    public async Task RunAsync(HttpContext context, Func<GatedCall, Task> answer)
    {
        GatedCall call = new(context, gate, services);
        context.Features.Set(call);
        try
        {
            try { await answer(call); }
            catch (Exception) when (call.IsSealed) { /* being stopped; how it ends is decided below */ }
            if (await call.FinishAsync() is { } refusal) await refusals.WriteAsync(context, refusal);
        }
        finally
        {
            call.Leave();
            context.Features.Set<GatedCall>(null);
        }
    }
}
