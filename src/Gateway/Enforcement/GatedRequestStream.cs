using Gateway.Http;

namespace Gateway.Enforcement;

/// <summary>The body of a request as the proxy reads it. After the seal it gives nothing, not even its end, until the proxy
/// is stopped: an upload that ended cleanly could be taken for whole.</summary>
internal sealed class GatedRequestStream(ProxiedExchange exchange, Stream inner) : OneWayStream
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
            if (await exchange.EnterToBackendAsync(cancellationToken))
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
