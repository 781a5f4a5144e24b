using System.IO.Pipelines;
using Gateway.Enforcement.Endings;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Enforcement;

/// <summary>The features that the proxy sees, and the way of its bytes.</summary>
internal sealed partial class ProxiedExchange : IHttpResponseBodyFeature, IHttpRequestLifetimeFeature, IHttpResetFeature
{
    // RFC 9113 section 7: the stream is not needed any more.
    private const int ErrorCancel = 0x8;

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
        if (!await EnterToClientWhenOpenAsync(cancellation)) return;
        Task started;
        try { started = _body.StartAsync(cancellation); }
        finally { Gate.LowerToClient(); }
        await started;
    }

    async Task IHttpResponseBodyFeature.CompleteAsync()
    {
        if (_writer is not null) await _writer.CompleteAsync();
        await CompleteAnswerAsync();
    }

    private async Task CompleteAnswerAsync()
    {
        if (!await EnterToClientWhenOpenAsync(CancellationToken.None)) return;
        Task completed;
        try
        {
            _completed = true;
            completed = _body.CompleteAsync();
        }
        finally { Gate.LowerToClient(); }
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
    public void Cancel()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        try { Volatile.Read(ref _aborted)?.Cancel(); }
        catch (AggregateException) { /* somebody's callback failed; all of them have run, which is what counts */ }
    }

    // Answers whether the gate is open, waiting while the lease is away.
    private async ValueTask<bool> EnterToClientWhenOpenAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Passing passing = EnterToClient();
            if (passing != Passing.Held) return passing == Passing.Open;
            await Services.ChangeAsync(this, cancellation);
        }
    }

    /// <summary>Writes a chunk of the answer. After the seal it is swallowed, so that the backend can end in peace; only the rest of
    /// a frame that has begun goes on.</summary>
    internal ValueTask WriteToClientAsync(Stream client, ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
        => EnterToClient() == Passing.Open ? HandToClientAsync(client, chunk, cancellation) : WriteLaterAsync(client, chunk, cancellation);

    internal Stream ClientStream => _body.Stream;

    internal async Task FlushToClientAsync(Stream client, CancellationToken cancellation)
    {
        if (!await EnterToClientWhenOpenAsync(cancellation)) return;
        Task flushed;
        try { flushed = client.FlushAsync(cancellation); }
        finally { Gate.LowerToClient(); }
        await flushed;
    }

    private async ValueTask WriteLaterAsync(Stream client, ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
    {
        if (await EnterToClientWhenOpenAsync(cancellation)) await HandToClientAsync(client, chunk, cancellation);
        else if (_open is { } open) await open.TakeAfterSealAsync(this, client, chunk);
    }

    // With the flag up. The server copies the chunk before it returns, so the flag comes down without waiting for the client.
    private ValueTask HandToClientAsync(Stream client, ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
    {
        LongLivedEnding? open = _open;
        ValueTask written;
        try
        {
            open?.Passes(chunk.Span);
            // A write that is cancelled half-way makes the server abort; what can end politely is not cancelled.
            written = client.WriteAsync(chunk, open is null ? cancellation : CancellationToken.None);
            if (open is null || written.IsCompletedSuccessfully) return written;
            open.Pending = written.AsTask();
        }
        finally { Gate.LowerToClient(); }
        return new ValueTask(open.Pending.WaitAsync(cancellation));
    }

    /// <summary>Marks what comes before and after the rest of a frame goes to the client in spite of the seal.</summary>
    public void BeginRestOfFrame() => Gate.RaiseAfterSeal();

    public void EndRestOfFrame() => Gate.LowerToClient();

    /// <summary>A chunk is on its way to the client, or to the back end.</summary>
    public bool IsPassing => IsAnswering || IsSending;

    public bool IsAnswering => Gate.IsPassingToClient;

    public bool IsSending => Gate.IsPassingToBackend;

    /// <summary>Waits by spinning: the server copies what it is given, so this is short.</summary>
    public void SpinWhileAnswering()
    {
        SpinWait spin = default;
        while (IsAnswering) spin.SpinOnce(sleep1Threshold: -1);
    }

    public void CancelIfSending()
    {
        if (IsSending) Cancel();
    }

    /// <summary>Ends the answer as a whole, past the seal.</summary>
    public Task CompleteClientAsync() => _body.CompleteAsync();

    /// <summary>Cuts the client off, so that nothing it has can be taken for whole: on HTTP/2 this stream alone.</summary>
    public void AbortClient()
    {
        lock (Sync)
        {
            if (_finished) return;
            if (_reset is not null) _reset.Reset(ErrorCancel);
            else _lifetime.Abort();
        }
    }

    /// <summary>Notes that the proxy came for more, so what it took before is handed on.</summary>
    internal void BackendHasTaken() => Gate.LowerToBackend();

    /// <summary>Tells whether a chunk that was read may go to the backend; it counts as on its way until the proxy comes back.
    /// False: sealed, nothing goes any more.</summary>
    internal async ValueTask<bool> EnterToBackendAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (!Gate.RaiseToBackend()) return false;
            if (!NeedsLease || Services.Gate.IsOpen) return true;
            Gate.LowerToBackend();
            await Services.ChangeAsync(this, cancellation);
        }
    }

    /// <summary>Notes that after the seal the proxy takes nothing from the client any more.</summary>
    internal void ReadsAreOver() => _ending.ReadsAreOver();
}
