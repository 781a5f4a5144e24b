using Gateway.Http;

namespace Gateway.Enforcement.Endings;

/// <summary>A stream that may end cleanly: the client is told that it is over; what it has not taken yet comes first.</summary>
internal abstract class CleanEnding(FrameBoundary? boundary = null) : LongLivedEnding(boundary)
{
    public override bool HasMoreToSay(ProxiedExchange exchange) => exchange.HasUnsentEnd();

    public override async ValueTask<Refusal?> FinishAsync(ProxiedExchange exchange)
    {
        await Stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (exchange.IsCompleted) return null;
        if (!IsCut)
        {
            Task concluded = ConcludeAsync(exchange);
            if (await concluded.WithinAsync(exchange.Limit, exchange.Services.Time) && concluded.IsCompletedSuccessfully) return null;
        }
        exchange.AbortClient();
        return null;
    }

    private async Task ConcludeAsync(ProxiedExchange exchange)
    {
        await Pending;
        if (LastWords(exchange) is { Length: > 0 } words) await exchange.ClientStream.WriteAsync(words);
        await exchange.CompleteClientAsync();
    }

    /// <summary>Tells what is said last; empty for nothing.</summary>
    protected virtual byte[] LastWords(ProxiedExchange exchange) => [];
}
