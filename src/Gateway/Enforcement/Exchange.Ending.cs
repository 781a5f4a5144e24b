using System.Buffers.Binary;
using System.Text;
using Gateway.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Enforcement;

/// <summary>How it ends: stopped at once, ended in the way its protocol knows.</summary>
internal sealed partial class Exchange
{
    // RFC 9113 section 7: the stream is not needed any more.
    private const int ErrorCancel = 0x8;

    private UpgradedStream? _upgraded;
    private Sweep? _sweep;

    private TimeSpan Limit => _passage.Options.CloseTimeout;

    internal async Task<Stream> Upgrade(Func<ValueTask<Stream>> upgrade)
    {
        if (!await EnterToClientWhenOpen(CancellationToken.None)) throw new OperationCanceledException("The session has ended.");
        ValueTask<Stream> upgrading;
        try
        {
            string? protocol = _context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect ? connect.Protocol : _context.Request.Headers.Upgrade;
            bool webSocket = string.Equals(protocol, "websocket", StringComparison.OrdinalIgnoreCase);
            _kind = webSocket ? ConnectionKind.WebSocket : ConnectionKind.Tunnel;
            _long = new LongLived(_kind);
            _upgraded = new UpgradedStream(this, webSocket, _passage.Closes);
            upgrading = upgrade();
        }
        finally { LowerToClient(); }
        try { _upgraded.Open(await upgrading); }
        catch
        {
            _upgraded.FailToOpen();
            throw;
        }
        return _upgraded;
    }

    public override Task Stop()
    {
        SpinWait spin = default;
        while (IsPassingToClient) spin.SpinOnce(sleep1Threshold: -1);
        if (_long is not { EndsAtBoundary: true } open)
        {
            // What ends by being cut is cut now, with what the server still has to send; for a WebSocket or an event stream
            // that stays behind is harmless. Whoever waits for an answer gets none of the backend's.
            if (_kind is ConnectionKind.Http or ConnectionKind.Tunnel) AbortClient();
            if (_kind == ConnectionKind.Waiting || IsPassingToBackend) Cancel();
            return Task.CompletedTask;
        }
        bool boundary = open.ToClient!.AtBoundary;
        Interlocked.MemoryBarrier();
        return boundary && !IsPassingToClient && !IsPassingToBackend ? Task.CompletedTask : open.Stopped = StopAtBoundary(open);
    }

    private async Task StopAtBoundary(LongLived open)
    {
        if (IsPassingToBackend && !await open.ReadsOver.Task.Within(HandOn, _passage.Time)) Cancel();
        if (open.ToClient!.AtBoundary && !IsPassingToClient) return;
        // The rest of a frame cannot pass a client that does not even take its beginning, and a logout waits for this.
        TimeSpan limit = await open.Pending.Within(TakeOver, _passage.Time) ? Limit : TimeSpan.Zero;
        if (await open.Boundary.Task.Within(limit, _passage.Time)) return;
        open.Cut = true;
        Interlocked.MemoryBarrier();
        SpinWait spin = default;
        while (IsPassingToClient) spin.SpinOnce(sleep1Threshold: -1);
        if (open.ToClient.AtBoundary) return;
        AbortClient();
        Cancel();
    }

    public override Task End(Sweep sweep)
    {
        lock (_response)
        {
            if (_finished)
            {
                sweep.Ended();
                return Task.CompletedTask;
            }
            _sweep = sweep;
        }
        switch (_kind)
        {
            case ConnectionKind.WebSocket:
                _ = BeginClosing();
                return _long!.Said.Task;
            case ConnectionKind.Grpc or ConnectionKind.GrpcWeb or ConnectionKind.GrpcWebText:
                _ = CancelWhenStopped();
                break;
            default:
                Cancel();
                break;
        }
        return _long?.ProxyDone.Task ?? Task.CompletedTask;
    }

    private async Task CancelWhenStopped()
    {
        await _long!.Stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cancel();
    }

    /// <summary>After the proxy has returned, or thrown: ends the exchange if it was sealed.</summary>
    /// <returns>The refusal to write, when the answer had not begun.</returns>
    public async ValueTask<Refusal?> Finish()
    {
        _long?.ProxyDone.TrySetResult();
        if (!IsSealed && HasMoreToSay()) await SayTheRest();
        Refusal? refusal = IsSealed ? await FinishSealed() : null;
        Detach();
        return refusal;
    }

    // What the server would send by itself once the request is over: an answer without a body as a whole, and of others the
    // end and the trailers. It has to pass while the exchange can still be ended.
    private bool HasMoreToSay()
    {
        if (_completed || _kind is ConnectionKind.WebSocket or ConnectionKind.Tunnel) return false;
        if (_kind != ConnectionKind.Waiting)
        {
            // An answer with a length has said all; only HTTP/2 and later have trailers after it.
            bool whole = _hasLength && _writer is null
                && (_reset is null || _context.Features.Get<IHttpResponseTrailersFeature>() is not { Trailers.Count: > 0 });
            // What broke off must not look whole.
            if (whole || _context.Features.Get<IForwarderErrorFeature>() is not null) return false;
        }
        return !_lifetime.RequestAborted.IsCancellationRequested;
    }

    private async Task SayTheRest()
    {
        if (_writer is not null) await _writer.CompleteAsync();
        await CompleteAnswer();
    }

    /// <summary>After it has left the live connections.</summary>
    public void Report()
    {
        if (!IsSealed) return;
        _passage.Metrics.ConnectionEnded(_kind, Cause);
        lock (_response) _sweep?.Ended();
    }

    private async Task<Refusal?> FinishSealed()
    {
        switch (_kind)
        {
            case ConnectionKind.Waiting when !_context.Response.HasStarted:
                return Cause.EndsSession
                    ? Refusal.Unauthorized((_passage.Gate.Revoked(Identities) ?? (Identities.Count > 0 ? Identities[0] : null))?.Realm) with { Cause = Cause == EndCause.Expired ? "expired" : "revoked" }
                    : Refusal.Unavailable(Limit) with { Cause = "stale" };
            case ConnectionKind.WebSocket:
                await BeginClosing();
                break;
            case ConnectionKind.Events or ConnectionKind.Stream or ConnectionKind.Grpc or ConnectionKind.GrpcWeb or ConnectionKind.GrpcWebText:
                await _long!.Stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_completed) break;
                Task concluded = _long.Cut ? Task.CompletedTask : Conclude(_long);
                if (_long.Cut || !await concluded.Within(Limit, _passage.Time) || !concluded.IsCompletedSuccessfully) AbortClient();
                break;
            default:
                AbortClient();
                break;
        }
        return null;
    }

    // The client is told that it is over; what it has not taken yet comes first.
    private async Task Conclude(LongLived open)
    {
        await open.Pending;
        if (_kind == ConnectionKind.Grpc)
        {
            IHeaderDictionary trailers = _context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
            trailers["grpc-status"] = GrpcStatus;
            trailers["grpc-message"] = GrpcMessage;
        }
        else if (LastWords(open) is { Length: > 0 } words)
        {
            await _body.Stream.WriteAsync(words);
        }
        await _body.CompleteAsync();
    }

    private string GrpcStatus => GrpcRefusals.StatusOf(Cause.EndsSession ? StatusCodes.Status401Unauthorized : StatusCodes.Status503ServiceUnavailable);

    private string GrpcMessage => Cause.EndsSession ? "Unauthorized" : "Service Unavailable";

    private byte[] LastWords(LongLived open)
    {
        if (open.ToClient is not { AtBoundary: true }) return [];
        if (_kind.IsGrpc)
        {
            if (open.ToClient is GrpcFraming { Trailed: true } or GrpcTextFraming { Trailed: true }) return [];
            byte[] text = Encoding.ASCII.GetBytes($"grpc-status:{GrpcStatus}\r\ngrpc-message:{GrpcMessage}\r\n");
            byte[] frame = new byte[5 + text.Length];
            frame[0] = 0x80;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), text.Length);
            text.CopyTo(frame, 5);
            return _kind == ConnectionKind.GrpcWebText ? Encoding.ASCII.GetBytes(Convert.ToBase64String(frame)) : frame;
        }
        bool readable = _context.Response.Headers.ContentEncoding.Count == 0;
        if (_kind != ConnectionKind.Events || !Cause.EndsSession || !readable || _passage.Options.LastEvent is not { Length: > 0 } name) return [];
        return Encoding.UTF8.GetBytes($"event: {OneLine(name)}\ndata: {OneLine(_passage.Options.CloseReason)}\n\n");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private Task BeginClosing()
    {
        lock (_response) return _finished ? Task.CompletedTask : _long!.Closing ??= CloseWebSocket(_long, _upgraded!);
    }

    private async Task CloseWebSocket(LongLived open, UpgradedStream upgraded)
    {
        await Task.Yield();   // out of the lock
        await open.Stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        upgraded.Wake();
        if (!await upgraded.Opened.Within(Limit, _passage.Time) || !upgraded.Opened.IsCompletedSuccessfully)
        {
            AbortClient();
            Cancel();
            open.Said.TrySetResult();
            return;
        }
        await Task.WhenAll(CloseBackend(open, upgraded), CloseClient(open, upgraded));
    }

    private async Task CloseBackend(LongLived open, UpgradedStream upgraded)
    {
        bool said = await open.ReadsOver.Task.Within(Limit, _passage.Time) && !upgraded.CutsFrame;
        if (!said || !await open.ProxyDone.Task.Within(Limit, _passage.Time)) Cancel();
        await open.ProxyDone.Task;
    }

    private async Task CloseClient(LongLived open, UpgradedStream upgraded)
    {
        bool said = !open.Cut && await Say(open, upgraded).Within(Limit, _passage.Time);
        open.Said.TrySetResult();
        if (!said || !await HearClose(open, upgraded)) AbortClient();
    }

    private async Task Say(LongLived open, UpgradedStream upgraded)
    {
        await open.Pending;
        if (open.ToClient is not WebSocketFraming { Closed: true }) await upgraded.Client.WriteAsync(_passage.Closes.ToClient(Cause));
    }

    private async Task<bool> HearClose(LongLived open, UpgradedStream upgraded)
    {
        using CancellationTokenSource limit = new(Limit, _passage.Time);
        return await open.ReadsOver.Task.Within(Limit, _passage.Time) && await upgraded.DrainUntilClose(limit.Token);
    }

    /// <summary>Cuts the client off, so that nothing it has can be taken for whole: on HTTP/2 this stream alone.</summary>
    private void AbortClient()
    {
        lock (_response)
        {
            if (_finished) return;
            if (_reset is not null) _reset.Reset(ErrorCancel);
            else _lifetime.Abort();
        }
    }
}
