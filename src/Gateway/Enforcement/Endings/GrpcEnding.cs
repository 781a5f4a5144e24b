using Gateway.Http;

namespace Gateway.Enforcement.Endings;

/// <summary>gRPC in any of its wire forms: it ends with a status, where a message ends.</summary>
internal abstract class GrpcEnding(Framing frames) : CleanEnding
{
    private readonly FrameBoundary _boundary = new(frames);

    public override string Word => "grpc";

    public override WhenStopping WhenStopping => WhenStopping.GetsLastCalls;

    protected override bool IsCut => _boundary.IsCut;

    public override void Passes(ReadOnlySpan<byte> chunk) => frames.Advance(chunk);

    public override async ValueTask TakeAfterSealAsync(ProxiedExchange exchange, Stream client, ReadOnlyMemory<byte> chunk)
    {
        if (_boundary.HandRest(exchange, client, chunk) is { } rest) Pending = rest;
        await Pending;
        _boundary.Look();
    }

    public override Task StopAsync(ProxiedExchange exchange) => Stopped = _boundary.StopAsync(exchange, ReadsOver.Task, Pending);

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

