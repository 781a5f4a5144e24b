using Gateway.Http;

namespace Gateway.Enforcement.Endings;

/// <summary>gRPC in any of its wire forms: it ends with a status, where a message ends.</summary>
internal abstract class GrpcEnding(Framing frames) : CleanEnding(new FrameBoundary(frames))
{
    public override string Word => "grpc";

    public override WhenStopping WhenStopping => WhenStopping.GetsLastCalls;

    public override Task EndAsync(ProxiedExchange exchange)
    {
        _ = CancelWhenStoppedAsync(exchange);
        return ProxyDone.Task;
    }

    private async Task CancelWhenStoppedAsync(ProxiedExchange exchange)
    {
        await Stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        exchange.Cancel();
    }

    protected static string StatusOf(ProxiedExchange exchange)
        => GrpcRefusals.StatusOf(exchange.Cause.EndsSession ? StatusCodes.Status401Unauthorized : StatusCodes.Status503ServiceUnavailable);

    protected static string MessageOf(ProxiedExchange exchange) => exchange.Cause.EndsSession ? "Unauthorized" : "Service Unavailable";
}
