namespace Gateway.Enforcement.Endings;

/// <summary>An upgraded protocol other than WebSocket, whose ending nobody here knows: it is aborted.</summary>
internal sealed class TunnelEnding : LongLivedEnding
{
    public override string Word => "websocket";

    public override WhenStopping WhenStopping => WhenStopping.IsTold;

    public override Task StopAsync(ProxiedExchange exchange)
    {
        exchange.AbortClient();
        exchange.CancelIfSending();
        return Task.CompletedTask;
    }

    public override bool HasMoreToSay(ProxiedExchange exchange) => false;
}
