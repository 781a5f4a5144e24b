using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Enforcement.Endings;

/// <summary>The answer has not begun: none of the back end's is given, and the request is refused.</summary>
internal sealed class NotBegunEnding : Ending
{
    public static readonly NotBegunEnding Instance = new();

    public override string Word => "http";

    public override bool HasBegun => false;

    public override Task StopAsync(ProxiedExchange exchange) => EndAsync(exchange);

    public override Task EndAsync(ProxiedExchange exchange)
    {
        exchange.Cancel();
        return Task.CompletedTask;
    }

    public override ValueTask<Refusal?> FinishAsync(ProxiedExchange exchange)
    {
        if (exchange.Context.Response.HasStarted) return base.FinishAsync(exchange);
        if (!exchange.Cause.EndsSession) return new(Refusal.Unavailable(exchange.Limit) with { Cause = "stale" });
        SessionIdentity? whose = exchange.Services.Gate.Revoked(exchange.Identities) ?? (exchange.Identities.Count > 0 ? exchange.Identities[0] : null);
        return new(Refusal.Unauthorized(whose?.Realm) with { Cause = exchange.Cause == EndCause.Expired ? "expired" : "revoked" });
    }

    public override bool HasMoreToSay(ProxiedExchange exchange) => true;
}
