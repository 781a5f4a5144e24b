using Gateway.Http;

namespace Gateway.Enforcement.Endings;

/// <summary>RFC 6455, over an upgrade or an extended CONNECT (RFC 8441): both sides get a Close frame.</summary>
internal sealed class WebSocketEnding : LongLivedEnding
{
    private readonly WebSocketFraming _frames = new();
    private readonly FrameBoundary _boundary;

    // Set when the client has been sent its Close, or cannot be.
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _stopped = Task.CompletedTask;
    private Task? _closing;

    public WebSocketEnding() => _boundary = new(_frames);

    public override string Word => "websocket";

    public override WhenStopping WhenStopping => WhenStopping.IsTold;

    public override bool HasMoreToSay(ProxiedExchange exchange) => false;

    public override void Passes(ReadOnlySpan<byte> chunk) => _frames.Advance(chunk);

    public override async ValueTask TakeAfterSealAsync(ProxiedExchange exchange, Stream client, ReadOnlyMemory<byte> chunk)
    {
        if (_boundary.HandRest(exchange, client, chunk) is { } rest) Pending = rest;
        await Pending;
        _boundary.Look();
    }

    public override Task StopAsync(ProxiedExchange exchange) => _stopped = _boundary.StopAsync(exchange, ReadsOver.Task, Pending);

    public override Task EndAsync(ProxiedExchange exchange)
    {
        _ = BeginClosing(exchange);
        return _said.Task;
    }

    public override async ValueTask<Refusal?> FinishAsync(ProxiedExchange exchange)
    {
        await BeginClosing(exchange);
        return null;
    }

    private Task BeginClosing(ProxiedExchange exchange)
    {
        lock (exchange.Sync) return exchange.IsDetached ? Task.CompletedTask : _closing ??= CloseAsync(exchange, exchange.Upgraded!);
    }

    private async Task CloseAsync(ProxiedExchange exchange, UpgradedStream upgraded)
    {
        await Task.Yield();   // out of the lock
        await _stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        bool said = !_boundary.IsCut && await SayAsync(exchange, upgraded).WithinAsync(exchange.Limit, exchange.Services.Time);
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
        return await ReadsOver.Task.WithinAsync(exchange.Limit, time) && await upgraded.DrainUntilClose(limit.Token);
    }
}
