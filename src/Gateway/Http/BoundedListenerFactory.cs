using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Http;

/// <summary>Kestrel's sockets, each listener with as many connections as the open files allow.</summary>
internal sealed class BoundedListenerFactory(SocketTransportFactory sockets, TimeProvider time, ILogger<BoundedListener> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly int? _files = OpenFiles.Most();

    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener listener = await sockets.BindAsync(endpoint, cancellationToken);
        return _files is { } files ? new BoundedListener(listener, files, time, logger) : listener;
    }
}
