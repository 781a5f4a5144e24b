using Gateway.Enforcement.Messages;
using Gateway.Http;

namespace Gateway.Enforcement.Endings;

/// <summary>
/// The client's side of an upgraded connection, as the proxy reads and writes it. After the seal a read is answered with a
/// Close frame, as the client would have sent it, and then with the end; so the backend hears of the end in its own
/// protocol. A client in the middle of a frame gets no word of ours in: then nothing more is answered and the backend's
/// connection is cut.
/// </summary>
internal sealed class UpgradedStream(ProxiedExchange exchange, bool webSocket, CloseFrames closes, DdpConversation? conversation = null)
    : OneWayStream
{
    private readonly CancellationTokenSource _wake = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebSocketFraming? _fromClient = webSocket ? new() : null;
    private CancellationTokenRegistration _proxyStops;
    private CancellationToken _proxy;
    private Stream _client = null!;
    private byte[]? _farewell;
    private int _said;
    private bool _over;

    public override bool CanRead => true;
    public override bool CanWrite => true;

    /// <summary>The server's own stream, once <see cref="Opened"/>.</summary>
    public Stream Client => _client;

    /// <summary>Done when the client has been told that the upgrade is accepted.</summary>
    public Task Opened => _opened.Task;

    public void Open(Stream client)
    {
        _client = client;
        _opened.TrySetResult();
    }

    public void FailToOpen()
    {
        _opened.TrySetCanceled();
        EndReads();
    }

    /// <summary>Whether the client has sent its Close.</summary>
    public bool ClientClosed => _fromClient is { Closed: true };

    /// <summary>After the reads are over: whether the backend was left in the middle of a frame.</summary>
    public bool CutsFrame { get; private set; }

    /// <summary>Makes a read that waits for the client look again, after the seal.</summary>
    public void Wake() => _wake.Cancel();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => conversation is null ? exchange.WriteToClientAsync(_client, buffer, cancellationToken)
            : WriteHeardAsync(conversation, buffer, cancellationToken);

    // An answer to a sign-in waits until the connection is tied to who has signed in.
    private async ValueTask WriteHeardAsync(DdpConversation heard, ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        if (!exchange.IsSealed) await heard.HearBackendAsync(buffer, cancellation);
        await exchange.WriteToClientAsync(_client, buffer, cancellation);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => exchange.FlushToClientAsync(_client, cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.BackendHasTaken();
        if (_over) return 0;
        if (cancellationToken != _proxy)
        {
            // The proxy passes one token for all its reads, so this happens once.
            _proxy = cancellationToken;
            _proxyStops = cancellationToken.UnsafeRegister(static state => ((UpgradedStream)state!).Wake(), this);
        }
        if (!exchange.IsSealed)
        {
            int read;
            try { read = await _client.ReadAsync(buffer, _wake.Token); }
            catch (OperationCanceledException) when (exchange.IsSealed && !cancellationToken.IsCancellationRequested)
            {
                return await FarewellAsync(buffer, cancellationToken);
            }
            catch
            {
                EndReads();
                throw;
            }
            if (buffer.IsEmpty) return 0;
            // What signs in waits, with all that came with it, until the connection is tied.
            if (conversation is not null && read > 0) await conversation.HearClientAsync(buffer[..read], cancellationToken);
            if (await exchange.EnterToBackendAsync(cancellationToken))
            {
                if (read == 0)
                {
                    exchange.BackendHasTaken();   // its end; the proxy does not come again
                    EndReads();
                }
                _fromClient?.Advance(buffer.Span[..read]);
                return read;
            }
            NoteEndOfForwarding();
            _fromClient?.Advance(buffer.Span[..read]);   // dropped; but its Close may be in it
        }
        return await FarewellAsync(buffer, cancellationToken);
    }

    private void NoteEndOfForwarding()
    {
        if (_farewell is not null) return;
        CutsFrame = _fromClient is null or { AtBoundary: false };
        _farewell = CutsFrame || ClientClosed ? [] : closes.ToBackend(exchange.Cause);
    }

    private async ValueTask<int> FarewellAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        NoteEndOfForwarding();
        exchange.ReadsAreOver();
        if (CutsFrame) await Task.Delay(Timeout.Infinite, cancellation);
        int said = Math.Min(buffer.Length, _farewell!.Length - _said);
        _farewell.AsMemory(_said, said).CopyTo(buffer);
        _said += said;
        return said;
    }

    /// <summary>Takes, after the reads are over, what the client still sends until its Close, its end, or the limit.</summary>
    /// <returns>False when the limit came first.</returns>
    public async Task<bool> DrainUntilCloseAsync(CancellationToken limit)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (!ClientClosed)
            {
                int read = await _client.ReadAsync(buffer, limit);
                if (read == 0) return true;
                _fromClient!.Advance(buffer.AsSpan(0, read));
            }
            return true;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested) { return false; }
        // the client is gone
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException) { return true; }
        finally { System.Buffers.ArrayPool<byte>.Shared.Return(buffer); }
    }

    private void EndReads()
    {
        _over = true;
        exchange.ReadsAreOver();
    }

    /// <summary>Lets go of it: the proxy is done with it, and the server's stream ends with the request.</summary>
    protected override void Dispose(bool disposing)
    {
        _over = true;
        _proxyStops.Dispose();
        exchange.BackendHasTaken();
        exchange.ReadsAreOver();
        base.Dispose(disposing);
    }
}
