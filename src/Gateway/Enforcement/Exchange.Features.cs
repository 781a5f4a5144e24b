using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Enforcement;

/// <summary>The features that the proxy sees, and the way of its bytes.</summary>
internal sealed partial class Exchange : IHttpResponseBodyFeature, IHttpRequestLifetimeFeature, IHttpResetFeature
{
    // How long the proxy may take to hand on to the backend what it had already taken when the seal came.
    private static readonly TimeSpan HandOn = TimeSpan.FromMilliseconds(50);

    // How long a client may take, in the middle of a frame, to take what it was already given.
    private static readonly TimeSpan TakeOver = TimeSpan.FromMilliseconds(250);

    private CancellationTokenSource? _aborted;
    private CancellationTokenRegistration _clientAborted;
    private bool _handedOut;
    private int _cancelled;
    private PipeWriter? _writer;

    Stream IHttpResponseBodyFeature.Stream => _response;

    PipeWriter IHttpResponseBodyFeature.Writer => _writer ??= PipeWriter.Create(_response, new StreamPipeWriterOptions(leaveOpen: true));

    void IHttpResponseBodyFeature.DisableBuffering() => _body.DisableBuffering();

    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellation)
        => SendFileFallback.SendFileAsync(_response, path, offset, count, cancellation);

    async Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellation)
    {
        if (!await EnterToClientWhenOpen(cancellation)) return;
        Task started;
        try { started = _body.StartAsync(cancellation); }
        finally { LowerToClient(); }
        await started;
    }

    async Task IHttpResponseBodyFeature.CompleteAsync()
    {
        if (_writer is not null) await _writer.CompleteAsync();
        await CompleteAnswer();
    }

    private async Task CompleteAnswer()
    {
        if (!await EnterToClientWhenOpen(CancellationToken.None)) return;
        Task completed;
        try
        {
            _completed = true;
            completed = _body.CompleteAsync();
        }
        finally { LowerToClient(); }
        await completed;
    }

    CancellationToken IHttpRequestLifetimeFeature.RequestAborted
    {
        get
        {
            if (_handedOut) return _aborted!.Token;
            CancellationTokenSource aborted = _aborted ?? new();
            _handedOut = true;
            _clientAborted = _lifetime.RequestAborted.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), aborted);
            Interlocked.Exchange(ref _aborted, aborted);
            if (Volatile.Read(ref _cancelled) != 0) aborted.Cancel();
            return aborted.Token;
        }
        set => _lifetime.RequestAborted = value;
    }

    // How a sealed exchange ends is decided here, not by the proxy, which sees a failure in being stopped.
    void IHttpRequestLifetimeFeature.Abort()
    {
        if (!IsSealed) _lifetime.Abort();
    }

    void IHttpResetFeature.Reset(int errorCode)
    {
        if (!IsSealed) _reset?.Reset(errorCode);
    }

    /// <summary>Stops the proxy: both its copies end, and its backend connection is cut.</summary>
    private void Cancel()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        try { Volatile.Read(ref _aborted)?.Cancel(); }
        catch (AggregateException) { /* somebody's callback failed; all of them have run, which is what counts */ }
    }

    // Answers whether the gate is open, waiting while the lease is away.
    private async ValueTask<bool> EnterToClientWhenOpen(CancellationToken cancellation)
    {
        while (true)
        {
            Gate gate = EnterToClient();
            if (gate != Gate.Held) return gate == Gate.Open;
            await _passage.Change(this, cancellation);
        }
    }

    /// <summary>A chunk of the answer. After the seal it is swallowed, so that the backend can end in peace; only the rest of
    /// a frame that has begun goes on.</summary>
    internal ValueTask WriteToClient(Stream client, ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
        => EnterToClient() == Gate.Open ? HandToClient(client, chunk, cancellation) : WriteLater(client, chunk, cancellation);

    internal Stream ClientStream => _body.Stream;

    internal async Task FlushToClient(Stream client, CancellationToken cancellation)
    {
        if (!await EnterToClientWhenOpen(cancellation)) return;
        Task flushed;
        try { flushed = client.FlushAsync(cancellation); }
        finally { LowerToClient(); }
        await flushed;
    }

    private async ValueTask WriteLater(Stream client, ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
    {
        if (await EnterToClientWhenOpen(cancellation)) await HandToClient(client, chunk, cancellation);
        else if (_long is { EndsAtBoundary: true } open) await HandRestOfFrame(open, client, chunk);
    }

    // With the flag up. The server copies the chunk before it returns, so the flag comes down without waiting for the client.
    private ValueTask HandToClient(Stream client, ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
    {
        LongLived? open = _long;
        ValueTask written;
        try
        {
            open?.ToClient?.Advance(chunk.Span);
            // A write that is cancelled half-way makes the server abort; what can end politely is not cancelled.
            written = client.WriteAsync(chunk, open is null ? cancellation : CancellationToken.None);
            if (open is null || written.IsCompletedSuccessfully) return written;
            open.Pending = written.AsTask();
        }
        finally { LowerToClient(); }
        return new ValueTask(open.Pending.WaitAsync(cancellation));
    }

    private async ValueTask HandRestOfFrame(LongLived open, Stream client, ReadOnlyMemory<byte> chunk)
    {
        RaiseAfterSeal();
        try
        {
            int rest = open.Cut ? 0 : open.ToClient!.AdvanceToBoundary(chunk.Span);
            if (rest > 0) open.Pending = client.WriteAsync(chunk[..rest], CancellationToken.None).AsTask();
        }
        finally { LowerToClient(); }
        await open.Pending;
        if (open.ToClient!.AtBoundary) open.Boundary.TrySetResult();
    }

    /// <summary>The proxy came for more, so what it took before is handed on.</summary>
    internal void BackendHasTaken() => LowerToBackend();

    /// <summary>Whether a chunk that was read may go to the backend; it counts as on its way until the proxy comes back.
    /// False: sealed, nothing goes any more.</summary>
    internal async ValueTask<bool> EnterToBackend(CancellationToken cancellation)
    {
        while (true)
        {
            if (!RaiseToBackend()) return false;
            if (!NeedsLease || _passage.Gate.IsOpen) return true;
            LowerToBackend();
            await _passage.Change(this, cancellation);
        }
    }

    /// <summary>After the seal: the proxy takes nothing from the client any more.</summary>
    internal void ReadsAreOver() => _long?.ReadsOver.TrySetResult();
}
