using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;

namespace Gateway.Tests.Support;

/// <summary>The open connections of a host, so that it can be stopped without waiting for those that a test left open.</summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<ConnectionContext, bool> _open = [];

    public void Track(WebApplicationBuilder builder)
        => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => async connection =>
    {
        _open[connection] = true;
        try { await next(connection); }
        finally { _open.TryRemove(connection, out _); }
    })));

    public void Abort()
    {
        foreach (ConnectionContext connection in _open.Keys) connection.Abort();
    }
}
