namespace Gateway.Enforcement.Endings;

/// <summary>An answer with a length, or chunked: it is aborted, for one that ended cleanly could be taken for whole.</summary>
internal sealed class HttpEnding : Ending
{
    public static readonly HttpEnding Instance = new();

    public override string Word => "http";

    public override Task StopAsync(ProxiedExchange exchange)
    {
        exchange.AbortClient();
        exchange.CancelIfSending();
        return Task.CompletedTask;
    }

    public override Task EndAsync(ProxiedExchange exchange)
    {
        exchange.Cancel();
        return Task.CompletedTask;
    }

    public override bool HasMoreToSay(ProxiedExchange exchange) => exchange.HasUnsentEnd();
}
