using Gateway.Http;

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
        return new(exchange.Services.Gate.RefusalOfEnded(exchange, exchange.Context));
    }

    public override bool HasMoreToSay(ProxiedExchange exchange) => true;
}
