using Gateway.Http;

namespace Gateway.Enforcement;

/// <summary>The body of an answer as the proxy writes it.</summary>
internal sealed class GatedResponseStream(ProxiedExchange exchange) : OneWayStream
{
    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => exchange.WriteToClientAsync(exchange.ClientStream, buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken)
        => exchange.FlushToClientAsync(exchange.ClientStream, cancellationToken);
}
