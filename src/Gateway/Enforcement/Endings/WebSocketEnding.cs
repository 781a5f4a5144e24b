using Gateway.Http;

namespace Gateway.Enforcement.Endings;

/// <summary>RFC 6455, over an upgrade or an extended CONNECT (RFC 8441): both sides get a Close frame.</summary>
internal sealed class WebSocketEnding : LongLivedEnding
{
    private readonly WebSocketFraming _frames;

    // Set when the client has been sent its Close, or cannot be.
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _closing;

    public WebSocketEnding() : this(new WebSocketFraming()) { }

    private WebSocketEnding(WebSocketFraming frames) : base(new FrameBoundary(frames)) => _frames = frames;

    public override string Word => "websocket";

    public override WhenStopping WhenStopping => WhenStopping.IsTold;

    public override bool HasMoreToSay(ProxiedExchange exchange) => false;

    public override Task EndAsync(ProxiedExchange exchange)
    {
        _ = BeginClosingAsync(exchange);
        return _said.Task;
    }

    public override async ValueTask<Refusal?> FinishAsync(ProxiedExchange exchange)
    {
        await BeginClosingAsync(exchange);
        return null;
    }

    private Task BeginClosingAsync(ProxiedExchange exchange)
    {
        lock (exchange.Sync) return exchange.IsDetached ? Task.CompletedTask : _closing ??= CloseAsync(exchange, exchange.Upgraded!);
    }

    private async Task CloseAsync(ProxiedExchange exchange, UpgradedStream upgraded)
    {
        await Task.Yield();   // out of the lock
        await Stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        upgraded.Wake();
        if (!await upgraded.Opened.WithinAsync(exchange.Limit, exchange.Services.Time) || !upgraded.Opened.IsCompletedSuccessfully)
        {
            exchange.AbortClient();
            exchange.Cancel();
            _said.TrySetResult();
            return;
        }
        await Task.WhenAll(CloseBackendAsync(exchange, upgraded), CloseClientAsync(exchange, upgraded));
    }

    private async Task CloseBackendAsync(ProxiedExchange exchange, UpgradedStream upgraded)
    {
        TimeProvider time = exchange.Services.Time;
        bool said = await ReadsOver.Task.WithinAsync(exchange.Limit, time) && !upgraded.CutsFrame;
        if (!said || !await ProxyDone.Task.WithinAsync(exchange.Limit, time)) exchange.Cancel();
        await ProxyDone.Task;
    }

    private async Task CloseClientAsync(ProxiedExchange exchange, UpgradedStream upgraded)
    {
        bool said = !IsCut && await SayAsync(exchange, upgraded).WithinAsync(exchange.Limit, exchange.Services.Time);
        _said.TrySetResult();
        if (!said || !await HearCloseAsync(exchange, upgraded)) exchange.AbortClient();
    }

    private async Task SayAsync(ProxiedExchange exchange, UpgradedStream upgraded)
    {
        await Pending;
        if (!_frames.Closed) await upgraded.Client.WriteAsync(exchange.Services.Closes.ToClient(exchange.Cause));
    }

    private async Task<bool> HearCloseAsync(ProxiedExchange exchange, UpgradedStream upgraded)
    {
        TimeProvider time = exchange.Services.Time;
        using CancellationTokenSource limit = new(exchange.Limit, time);
        return await ReadsOver.Task.WithinAsync(exchange.Limit, time) && await upgraded.DrainUntilCloseAsync(limit.Token);
    }
}
