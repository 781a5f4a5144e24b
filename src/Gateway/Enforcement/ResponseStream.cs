namespace Gateway.Enforcement;

/// <summary>The body of an answer as the proxy writes it.</summary>
internal sealed class ResponseStream(Exchange exchange) : OneWayStream
{
    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => exchange.WriteToClient(exchange.ClientStream, buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => exchange.FlushToClient(exchange.ClientStream, cancellationToken);
}

/// <summary>The body of a request as the proxy reads it. After the seal it gives nothing, not even its end, until the proxy
/// is stopped: an upload that ended cleanly could be taken for whole.</summary>
internal sealed class RequestStream(Exchange exchange, Stream inner) : OneWayStream
{
    public Stream Inner => inner;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.BackendHasTaken();
        if (!exchange.IsSealed)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken);
            if (buffer.IsEmpty) return 0;
            if (await exchange.EnterToBackend(cancellationToken))
            {
                if (read == 0) exchange.BackendHasTaken();   // its end; the proxy does not come again
                return read;
            }
        }
        exchange.ReadsAreOver();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}

/// <summary>What a stream must say that is neither seekable nor synchronous.</summary>
internal abstract class OneWayStream : Stream
{
    public override bool CanRead => false;
    public override bool CanWrite => false;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
