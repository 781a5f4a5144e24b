using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Http;

/// <summary>
/// Closes new connections of a listener while it has as many as its open files allow. Without this a flood of sockets would take the last
/// file, and the store could not be reached: then nobody is let through. One is closed before the next is accepted, so that a flood never
/// has more than one too many. Upgraded connections count as well.
/// </summary>
/// <param name="files">How many files the process may have open.</param>
internal sealed partial class BoundedListener(IConnectionListener listener, int files, TimeProvider time, ILogger<BoundedListener> logger)
    : IConnectionListener
{
    private static readonly TimeSpan SayAgain = TimeSpan.FromMinutes(1);

    private readonly int _most = OpenFiles.ConnectionsOf(files);
    private int _open;
    private long? _said;

    public EndPoint EndPoint => listener.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await listener.AcceptAsync(cancellationToken) is { } connection)
        {
            if (Interlocked.Increment(ref _open) <= _most)
            {
                connection.ConnectionClosed.UnsafeRegister(static of => Interlocked.Decrement(ref ((BoundedListener)of!)._open), this);
                return connection;
            }
            Interlocked.Decrement(ref _open);
            Say();
            connection.Abort(new ConnectionAbortedException("The listener has as many connections as its open files allow."));
            await connection.DisposeAsync();
        }
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => listener.UnbindAsync(cancellationToken);

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    // Asked by the one loop that accepts.
    private void Say()
    {
        if (_said is { } said && time.GetElapsedTime(said) < SayAgain) return;
        _said = time.GetTimestamp();
        LogFull(logger, EndPoint, _most, files);
    }

    [LoggerMessage(EventId = 802, Level = LogLevel.Error, Message = "{Listener} has {Most} connections, as many as {Files} open files "
        + "allow: new ones are closed. Raise the limit of open files (ulimit -n, LimitNOFILE), or add nodes.")]
    private static partial void LogFull(ILogger logger, EndPoint listener, int most, int files);
}
